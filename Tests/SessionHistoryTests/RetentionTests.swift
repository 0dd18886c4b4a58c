import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct RetentionTests {
  /// A session that began on a day and has so many events, one a day from then on.
  private func session(
    _ fixture: HistoryFixture, begun day: String, events: Int, of team: ResourceName? = nil
  ) async throws -> Session {
    let session = try await fixture.startSession("began \(day)", of: team)
    let start = try #require(Timestamp("\(day)T12:00:00Z"))
    try await fixture.store.execute(
      """
      UPDATE paddock.session SET created_at = $2, state_since = $2, bucket = date_trunc('month', $2 AT TIME ZONE 'UTC')
      WHERE id = $1
      """, [.uuid(session.id), .time(start)])
    var projection = SessionProjection()
    let recorded = (1...events).map { number in
      Event(
        seq: Int64(number), time: start.advanced(bySeconds: Double(number - 1) * 86_400),
        content: EventDraft(.assistant, "needle \(number)"))
    }
    for event in recorded { projection.apply(event) }
    try await fixture.store.record([
      RecordedBatch(session: session.id, events: recorded, projection: projection)
    ])
    return session
  }

  func retainAll(_ fixture: HistoryFixture, limit: Int = 1000) async throws -> [String] {
    var done: [String] = []
    while let step = try await fixture.store.retain(limit: limit) {
      done.append(step)
      try #require(done.count < 200, "it never ends: \(done.suffix(3))")
    }
    return done
  }

  private func numbers(_ fixture: HistoryFixture, _ session: Session) async throws -> [Int64] {
    try await fixture.store.events(of: session.id, .after(0), limit: 10_000).map(\.seq)
  }

  private func partitions(_ fixture: HistoryFixture) async throws -> Set<String> {
    let rows = try await fixture.pool.query(
      """
      SELECT c.relname::text AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'paddock.event'::regclass
      """)
    return Set(try rows.map { try $0.text("name") })
  }

  /// So many days ago, as `2026-11-29`.
  private func day(_ fixture: HistoryFixture, ago days: Int) async throws -> String {
    let rows = try await fixture.pool.query(
      "SELECT to_char((now() AT TIME ZONE 'UTC')::date - $1::int, 'YYYY-MM-DD') AS day", [.int4(Int32(days))])
    return try #require(try rows.first?.text("day"))
  }

  private func keep(_ days: Int, _ fixture: HistoryFixture) async throws {
    try await fixture.store.setRetention(Retention(team: fixture.team, eventDays: days), actor: "root", reason: nil)
  }

  /// As if nothing had happened since.
  private func age(_ session: Session, _ fixture: HistoryFixture) async throws {
    try await fixture.store.execute(
      "UPDATE paddock.session SET last_event_at = created_at WHERE id = $1", [.uuid(session.id)])
  }

  @Test func eventsLieInTheMonthInWhichTheirSessionBegan() async throws {
    try await HistoryFixture.with { fixture in
      let old = try await session(fixture, begun: "2024-02-10", events: 3)
      let new = try await fixture.startSession()
      try await fixture.record(["one", "two"], to: new)
      let rows = try await fixture.pool.query(
        """
        SELECT c.relname::text AS place, count(*) AS number FROM paddock.event e JOIN pg_class c ON c.oid = e.tableoid
        GROUP BY 1 ORDER BY 1
        """)
      let places = try rows.map { "\(try $0.text("place")) \(try $0.int("number"))" }
      #expect(places.contains("event_2024_02 3") && places.count == 2, "\(places)")
      #expect(try await numbers(fixture, old) == [1, 2, 3])
      #expect(try await numbers(fixture, new) == [1, 2])
    }
  }

  @Test func aNumberIsThereOnceWhateverIsCopied() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await session(fixture, begun: "2024-02-10", events: 3)
      await #expect(throws: (any Error).self) {
        try await fixture.store.execute(
          """
          INSERT INTO paddock.event (session_id, seq, time, team_id, is_error, kind, text, bucket)
          SELECT session_id, seq, time, team_id, is_error, kind, text, bucket FROM paddock.event WHERE session_id = $1
          """, [.uuid(session.id)])
      }
    }
  }

  @Test func aMonthThatIsPastItsTermIsDroppedWhole() async throws {
    try await HistoryFixture.with { fixture in
      let old = try await session(fixture, begun: "2024-02-10", events: 3)
      let other = try await session(fixture, begun: "2024-03-01", events: 2)
      let new = try await fixture.startSession()
      try await fixture.record(["needle"], to: new)
      try await fixture.indexAll()
      #expect(try await retainAll(fixture) == [])
      let months: Set = ["event_2024_02", "event_2024_03"]
      #expect(try await partitions(fixture).isSuperset(of: months))
      try await keep(90, fixture)
      let done = try await retainAll(fixture)
      #expect(done.first == "3 events of 1 sessions that began in 2024-02", "\(done)")
      #expect(try await partitions(fixture).isDisjoint(with: months))
      for session in [old, other] { #expect(try await numbers(fixture, session) == []) }
      #expect(try await numbers(fixture, new) == [1])
      // Totals stay, and what is found is what is there.
      #expect(try await fixture.store.session(old.id).events == 3)
      #expect(try await fixture.store.search(SearchQuery(text: "needle")).map(\.session) == [new.id])
      let left = try await fixture.pool.query("SELECT count(*) AS number FROM paddock.event_search")
      #expect(try left.first?.int("number") == 1)
      #expect(try await fixture.store.indexEvents(limit: 100) == 0)
    }
  }

  @Test func aSessionThatGoesOnAfterItsMonthWasDroppedIsRecorded() async throws {
    try await HistoryFixture.with { fixture in
      let old = try await session(fixture, begun: "2024-02-10", events: 3)
      try await keep(90, fixture)
      _ = try await retainAll(fixture)
      try await fixture.record(["again"], to: old, after: 3)
      #expect(try await numbers(fixture, old) == [4])
      try await fixture.indexAll()
      #expect(try await fixture.store.search(SearchQuery(text: "again")).map(\.seq) == [4])
    }
  }

  /// Each team's term is its own: what another keeps for ever stays, and the month with it.
  @Test func anotherTeamsEventsOfTheSameMonthStay() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      let mine = try await session(fixture, begun: "2024-02-10", events: 30)
      let theirs = try await session(fixture, begun: "2024-02-11", events: 3, of: green)
      try await keep(90, fixture)
      let done = try await retainAll(fixture, limit: 7)
      #expect(done.count >= 5, "in steps of seven: \(done)")
      #expect(try await numbers(fixture, mine) == [])
      #expect(try await numbers(fixture, theirs) == [1, 2, 3])
    }
  }

  @Test func aSessionThatGoesOnLosesItsOldEventsInSmallSteps() async throws {
    try await HistoryFixture.with { fixture in
      let long = try await session(fixture, begun: try await day(fixture, ago: 199), events: 200)
      try await keep(90, fixture)
      _ = try await retainAll(fixture, limit: 25)
      let left = try await numbers(fixture, long)
      // The term and the month of grace, to the day.
      #expect(left.last == 200 && (120...122).contains(left.count), "\(left.count)")
      #expect(left == Array((201 - Int64(left.count))...200))
    }
  }

  @Test func whatIsHeldStaysThroughTermAndPurge() async throws {
    try await HistoryFixture.with { fixture in
      let store = fixture.store
      let held = try await session(fixture, begun: "2024-02-10", events: 3)
      let other = try await session(fixture, begun: "2024-02-12", events: 4)
      let hold = try await store.hold(held.id, of: fixture.team, actor: "root", reason: "lawsuit")
      try await keep(90, fixture)
      _ = try await retainAll(fixture)
      #expect(try await numbers(fixture, held) == [1, 2, 3])
      #expect(try await numbers(fixture, other) == [])
      #expect(try await !partitions(fixture).contains("event_2024_02"))
      await expectFailure(.refused) { try await store.purge(held.id) }
      await expectFailure(.refused) { try await store.deleteTeam(fixture.team, actor: "root", reason: nil) }
      try await fixture.record(["more"], to: held, after: 3)
      #expect(try await numbers(fixture, held) == [1, 2, 3, 4])
      try await store.releaseHold(hold, actor: "root", reason: "settled")
      try await age(held, fixture)
      _ = try await retainAll(fixture)
      #expect(try await numbers(fixture, held) == [])
      try await store.purge(held.id)
    }
  }

  @Test func aPurgeOfWhatIsHeldIsRefusedBeforeItBegins() async throws {
    try await HistoryFixture.with { fixture in
      let (store, session) = (fixture.store, try await fixture.startSession())
      try await store.setDesired(.killed, of: session.id, expectedGeneration: session.generation, newGeneration: false)
      try await store.setState(.killed, reason: "", of: session.id)
      let hold = try await store.hold(nil, of: fixture.team, actor: "root", reason: "lawsuit")
      let purge = Operation(
        id: .make(at: .now()), kind: .purge, team: fixture.team, session: session.id, actor: "root",
        requestedAt: .now())
      await expectFailure(.refused) { try await store.submit(purge) }
      // One that was asked for before.
      await expectFailure(.refused) {
        try await store.setDesired(
          .purged, of: session.id, expectedGeneration: session.generation, newGeneration: false)
      }
      try await store.releaseHold(hold, actor: "root", reason: "settled")
      try await store.setDesired(.purged, of: session.id, expectedGeneration: session.generation, newGeneration: false)
      await expectFailure(.refused) {
        _ = try await store.hold(session.id, of: fixture.team, actor: "root", reason: "late")
      }
      // What has begun ends: its volume is gone.
      _ = try await store.hold(nil, of: fixture.team, actor: "root", reason: "late")
      try await store.purge(session.id)
    }
  }

  @Test func aHeldSessionWithOddEventsKeepsNoOtherFromItsTerm() async throws {
    try await HistoryFixture.with { fixture in
      let held = try await session(fixture, begun: "2024-02-10", events: 3)
      let other = try await session(fixture, begun: "2024-02-12", events: 4)
      let later = try await session(fixture, begun: "2024-03-12", events: 4)
      // As releases wrote them that had no rules.
      try await fixture.pool.script(
        """
        ALTER TABLE paddock.event DROP CONSTRAINT event_time_fits, DROP CONSTRAINT event_kind_fits;
        UPDATE paddock.event SET time = '9999-12-31' WHERE session_id = '\(held.id)' AND seq = 2;
        UPDATE paddock.event SET kind = 'bogus' WHERE session_id = '\(held.id)' AND seq = 3;
        ALTER TABLE paddock.event ADD CONSTRAINT event_time_fits CHECK (paddock.is_time(time)) NOT VALID,
          ADD CONSTRAINT event_kind_fits CHECK (kind = ANY (paddock.event_kinds())) NOT VALID;
        """)
      _ = try await fixture.store.hold(held.id, of: fixture.team, actor: "root", reason: "lawsuit")
      try await keep(90, fixture)
      _ = try await retainAll(fixture)
      #expect(try await numbers(fixture, held) == [1, 2])
      #expect(try await numbers(fixture, other) == [])
      #expect(try await numbers(fixture, later) == [])
      let aside = try await fixture.pool.query("SELECT content, reason FROM paddock.set_aside")
      #expect(aside.count == 1)
      #expect(try aside.first?.text("reason").contains("kind") == true)
    }
  }

  @Test func gapsOfAnySizeTakeNoSteps() async throws {
    try await HistoryFixture.with { fixture in
      let old = try await session(fixture, begun: "2024-02-10", events: 3)
      let other = try await session(fixture, begun: "2024-02-10", events: 3)
      // The month cannot go as a whole.
      let young = try await session(fixture, begun: try await day(fixture, ago: 1), events: 1)
      try await fixture.store.execute(
        "UPDATE paddock.session SET bucket = '2024-02-01' WHERE id = $1", [.uuid(young.id)])
      try await fixture.store.execute(
        "UPDATE paddock.session SET events = 9007199254740992 WHERE id = $1", [.uuid(old.id)])
      try await keep(90, fixture)
      let steps = try await retainAll(fixture, limit: 2)
      #expect(steps.count < 20, "\(steps)")
      for session in [old, other] { #expect(try await numbers(fixture, session) == []) }
    }
  }

  @Test(.timeLimit(.minutes(2))) func aHoldThatComesWhileATermIsAppliedHolds() async throws {
    try await HistoryFixture.with { fixture in
      let long = try await session(fixture, begun: try await day(fixture, ago: 199), events: 200)
      try await keep(90, fixture)
      let holder = try await PostgresConnection.connect(PostgresConfiguration(url: fixture.url))
      try await holder.script("BEGIN; SELECT paddock.hold('\(fixture.team)', NULL, 'root', 'lawsuit')")
      #expect(try await fixture.store.retain(limit: 25) == nil, "until it is known whether it holds")
      try await holder.script("COMMIT")
      _ = try await retainAll(fixture, limit: 25)
      #expect(try await numbers(fixture, long).count == 200)
      await holder.close()
    }
  }

  @Test func aPreviewSaysWhatATermWouldTake() async throws {
    try await HistoryFixture.with { fixture in
      _ = try await session(fixture, begun: "2024-02-10", events: 3)
      let held = try await session(fixture, begun: "2024-02-10", events: 5)
      _ = try await session(fixture, begun: try await day(fixture, ago: 99), events: 100)
      _ = try await fixture.store.hold(held.id, of: fixture.team, actor: "root", reason: "lawsuit")
      let preview = try await fixture.store.previewRetention(Retention(team: fixture.team, eventDays: 90))
      #expect(preview.sessions == 1 && preview.held == 1 && preview.events == 3)
      #expect((9...11).contains(preview.laterEvents), "\(preview)")
      #expect(try await fixture.store.retentions(of: nil) == [])
      #expect(try await fixture.store.previewRetention(Retention(team: fixture.team)).events == 0)
      // A core takes exactly what was said.
      func kept() async throws -> Int64 {
        try await fixture.pool.query("SELECT count(*) AS count FROM paddock.event").first?.int("count") ?? 0
      }
      let before = try await kept()
      try await keep(90, fixture)
      _ = try await retainAll(fixture)
      let after = try await kept()
      #expect(before - after == preview.events)
    }
  }

  @Test func aHoldSaysWhoAndWhyAndIsRefusedInASentenceWithoutAReason() async throws {
    try await HistoryFixture.with { fixture in
      _ = try await fixture.store.hold(nil, of: fixture.team, actor: "ann", reason: "lawsuit")
      #expect(try await fixture.store.legalHolds(of: nil).first?.heldBy.hasSuffix("/ann") == true)
      for reason in ["", String(repeating: "x", count: 9_000)] {
        let failure = try await #require(throws: ControlFailure.self) {
          _ = try await fixture.store.hold(nil, of: fixture.team, actor: "ann", reason: reason)
        }
        #expect(failure.code == .invalidArgument && failure.summary.contains("1 to 8192 bytes"), "\(failure)")
      }
    }
  }

  @Test(arguments: [true, false]) func operatorsSetNoTermsAndHoldNothing(isMember: Bool) async throws {
    try await HistoryFixture.with { fixture in
      let team = fixture.team
      let roles = ["paddock_operator"] + (isMember ? [fixture.role(of: team)] : [])
      let code: ControlFailure.Code = isMember ? .permissionDenied : .notFound
      try await fixture.withLogin("alice", roles: roles) { (store, pool) async throws in
        await expectFailure(code) {
          try await store.setRetention(Retention(team: team, eventDays: 1), actor: "alice", reason: nil)
        }
        await expectFailure(code) { _ = try await store.hold(nil, of: team, actor: "alice", reason: "x") }
        await expectFailure(.permissionDenied) { _ = try await store.retain(limit: 1) }
        await expectFailure(.permissionDenied) { try await store.prepareMonths() }
        await #expect(throws: (any Error).self) { try await pool.script("SELECT FROM paddock.search_debt") }
      }
    }
  }

  @Test func anAdminOfTheTeamSetsItsTermAndHolds() async throws {
    try await HistoryFixture.with { fixture in
      let (session, team) = (try await fixture.startSession(), fixture.team)
      try await fixture.withLogin("boss", roles: ["paddock_viewer", fixture.role(of: team)]) {
        (store, _) async throws in
        try await fixture.store.execute(
          """
          INSERT INTO paddock.team_grant (team_id, grantee, level, granted_by)
          SELECT id, $2, 'admin', 'root' FROM paddock.team WHERE name = $1
          """, [.text(team), .text("boss_\(fixture.suffix)")])
        _ = try await store.hold(session.id, of: team, actor: "boss", reason: "lawsuit")
        try await store.setRetention(Retention(team: team, eventDays: 1), actor: "boss", reason: nil)
      }
      let recorded = try await fixture.store.operations(of: nil, team: team, limit: 2)
      #expect(recorded.map(\.kind) == [.setRetention, .hold])
      #expect(recorded.allSatisfy { $0.actor.hasPrefix("boss_\(fixture.suffix)") }, "the database's word comes first")
    }
  }

  /// What an earlier release recorded lies in a partition of its own, and is past its term like the rest.
  @Test func eventsOfEarlierReleasesAreReadAndDropped() async throws {
    try await HistoryFixture.with { fixture in
      let old = try await session(fixture, begun: "2024-02-10", events: 3)
      try await fixture.store.execute(
        """
        WITH moved AS (UPDATE paddock.session SET bucket = '1970-01-01' WHERE id = $1)
        UPDATE paddock.event SET bucket = '1970-01-01' WHERE session_id = $1
        """, [.uuid(old.id)])
      #expect(try await numbers(fixture, old) == [1, 2, 3])
      try await fixture.record(["four"], to: old, after: 3)
      try await age(old, fixture)
      try await keep(90, fixture)
      _ = try await retainAll(fixture)
      #expect(try await numbers(fixture, old) == [])
    }
  }
}
