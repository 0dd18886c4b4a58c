import ControlCore
import ControlModel
import Logging
import PostgresClient
import SessionHistory
import Testing

/// Somebody holds what a core needs, on a real database.
@Suite(.serialized) struct HeldUpTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test(.timeLimit(.minutes(2)))
  func oneSessionThatSomebodyHoldsHoldsUpNeitherTheOthersNorWhatIsAsked() async throws {
    try await SharedCores.with(sessions: 20) { cores in
      let lanes = StoreLanes.of(.core, url: cores.url)
      let store = PostgresSessionStore(lanes)
      let sessions = try await store.managedSessions().map(\.session)
      let held = sessions[0]
      let holder = try await PostgresConnection.connect(PostgresConfiguration(url: cores.url))
      try await holder.script("BEGIN; SELECT FROM paddock.session WHERE id = '\(held.id)' FOR UPDATE")
      let recorder = Recorder(store: store, logger: logger)
      let stuck = Task { try await recorder.record(Self.batch(held, 1)) }
      let first = sessions.dropFirst().map { session in
        Task { try await recorder.record(Self.batch(session, 1)) }
      }
      // What is asked meanwhile does not queue behind any of it.
      for session in sessions.dropFirst(10) {
        let begin = ContinuousClock.now
        try await store.setDesired(.killed, of: session.id, expectedGeneration: 1, newGeneration: false)
        try await store.setState(.finished, reason: "killed", of: session.id)
        #expect(ContinuousClock.now - begin < .seconds(1))
      }
      for task in first { try await task.value }
      // The one that is held is out of the way by now: nothing waits for the time of a lock any more.
      for number in 2...11 {
        let begin = ContinuousClock.now
        for session in sessions.dropFirst() { try await recorder.record(Self.batch(session, Int64(number))) }
        #expect(ContinuousClock.now - begin < .seconds(2))
      }
      #expect(try await store.session(held.id).events == 0)
      try await holder.script("COMMIT")
      try await stuck.value
      #expect(try await store.session(held.id).events == 1)
      #expect(try await store.session(sessions[1].id).events == 11)
      await holder.close()
      await recorder.close()
      await lanes.close()
    }
  }

  @Test(.timeLimit(.minutes(2))) func aRecorderThatIsStoppedGivesUpWhatIsHeld() async throws {
    try await SharedCores.with(sessions: 2) { cores in
      let lanes = StoreLanes.of(.core, url: cores.url)
      let store = PostgresSessionStore(lanes)
      let sessions = try await store.managedSessions().map(\.session)
      let holder = try await PostgresConnection.connect(PostgresConfiguration(url: cores.url))
      try await holder.script("BEGIN; SELECT FROM paddock.session WHERE id = '\(sessions[0].id)' FOR UPDATE")
      let recorder = Recorder(store: store, logger: logger)
      let stuck = Task { try await recorder.record(Self.batch(sessions[0], 1)) }
      let other = Task { try await recorder.record(Self.batch(sessions[1], 1)) }
      try await other.value
      await recorder.close()
      await #expect(throws: ControlFailure.self) { try await stuck.value }
      try await holder.script("ROLLBACK")
      await holder.close()
      await lanes.close()
    }
  }

  /// A login of one team that has lifted its time-outs, and has more rights than it should: the core shuts it out, goes
  /// on within seconds, and the record names it.
  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      "SELECT pg_advisory_lock(1885431908, 3)", "BEGIN; LOCK TABLE paddock.agent IN ACCESS EXCLUSIVE MODE",
      "BEGIN; LOCK TABLE paddock.session IN SHARE MODE", "BEGIN; LOCK TABLE paddock.operation IN ACCESS EXCLUSIVE MODE",
      "BEGIN; SELECT FROM paddock.session FOR UPDATE",
    ])
  func aCoreGoesOnWithinSeconds(_ attack: String) async throws {
    try await SharedCores.with(sessions: 5) { cores in
      let login = "mallory_\(UInt32.random(in: 0 ... .max))"
      let team = try await cores.store.teams()[0].name
      try await cores.pool.script(
        """
        CREATE ROLE \(login) LOGIN IN ROLE paddock_operator, "paddock_team_\(team)";
        GRANT SELECT, UPDATE ON paddock.session, paddock.agent, paddock.operation TO \(login);
        GRANT EXECUTE ON FUNCTION pg_advisory_lock(integer, integer) TO \(login);
        CREATE POLICY mallory ON paddock.session TO \(login) USING (true);
        """)
      let lanes = StoreLanes.of(.core, url: cores.url)
      let core = ControlCore(
        store: PostgresSessionStore(lanes), engine: RecordingEngine(core: "only", shared: cores.sandboxes),
        settings: CoreSettings(holder: "only"), logger: logger)
      let loop = Task { await core.run() }
      try await untilDone(cores)
      let intruder = try await PostgresConnection.connect(PostgresConfiguration(url: cores.url + "&user=\(login)"))
      try await intruder.script(
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; \(attack)")
      let begin = ContinuousClock.now
      try await cores.restartAll()
      try await untilDone(cores)
      #expect(ContinuousClock.now - begin < .seconds(15))
      try await until { await !intruder.isUsable() }
      // As operations of its team.
      try await until {
        try await cores.store.operations(of: nil, team: team, limit: 100).contains {
          $0.kind == .endConnection && $0.subject == login
        }
      }
      loop.cancel()
      await loop.value
      await intruder.close()
      try await cores.pool.script("DROP OWNED BY \(login); DROP ROLE \(login)")
      await lanes.close()
    }
  }

  private func untilDone(_ cores: SharedCores) async throws {
    try await until {
      let recorded = try await cores.recorded()
      let isQuiet = try await cores.store.pendingOperations().isEmpty
      return isQuiet && recorded.expected > 0 && recorded.events >= recorded.expected
    }
  }

  private static func batch(_ session: Session, _ seq: Int64) -> RecordedBatch {
    let event = Event(seq: seq, time: noon, content: EventDraft(.assistant, "word"))
    var projection = SessionProjection()
    projection.apply(event)
    return RecordedBatch(session: session.id, events: [event], projection: projection)
  }
}
