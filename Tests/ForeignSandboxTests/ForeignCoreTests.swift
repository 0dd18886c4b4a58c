import ControlCore
import ControlModel
import PostgresClient
import SessionHistory
import Synchronization
import Testing

/// A core on a real database; the engine and its logs are played.
@Suite(.timeLimit(.minutes(5))) struct ForeignCoreTests {
  private func engine(_ count: Int = 100) -> StandInEngine {
    let engine = StandInEngine()
    engine.content.withLock { $0.sandboxes = [Sample.sandbox()] }
    engine.write((0..<count).map { Sample.line(Double($0) * 0.05, "line \($0)") })
    return engine
  }

  private func recorded(_ store: PostgresSessionStore) async throws -> [Event] {
    try await store.events(of: Sample.id, .after(0), limit: 10_000)
  }

  @Test func itsLogIsRecordedOnceHoweverOftenCoresEnd() async throws {
    try await withStore { store, _, _ in
      let engine = engine()
      for round in 1...4 {
        try await withCore(store, engine) {
          engine.write(
            (0..<50).map { Sample.line(Double(round * 100) + Double($0) * 0.01, "round \(round) line \($0)") })
          let wanted = round == 4 ? 301 : round * 60
          _ = try await wait { try await self.recorded(store).count >= wanted ? true : nil }
        }
      }
      let events = try await recorded(store)
      let all = engine.content.withLock { $0.lines.map { String(decoding: $0.bytes, as: UTF8.self) } }
      #expect(events.filter { $0.kind == .output }.map(\.text) == all)
      #expect(events.map(\.seq) == Array(1...Int64(events.count)))
      // A core that ends at once may not have begun to read.
      #expect((2...4).contains(engine.content.withLock { $0.readings }))
      #expect(engine.content.withLock { $0.touched } == [])
    }
  }

  @Test func theReaperAndTheReconcilerNeverSeeIt() async throws {
    try await withStore { store, pool, _ in
      let engine = engine()
      try await withCore(store, engine) {
        let session = try await store.listed(Sample.id) { $0.state == .working }
        #expect(session.foreign == Sample.mark())
        #expect(session.agent.text == "foreign")
        #expect(try await store.managedSessions().isEmpty)
        #expect(try await store.managedSession(Sample.id) == nil)
        // Dear, and silent for long.
        let record = #"{"type":"result","is_error":false,"session_id":"s","total_cost_usd":500,"result":"Done."}"#
        engine.write([Sample.line(60, record)])
        _ = try await store.listed(Sample.id) { $0.cost == USD(dollars: 500) && $0.state == .waiting }
        _ = try await pool.query("UPDATE paddock.session SET last_event_at = '2020-01-01'")
        try await Task.sleep(for: .milliseconds(500))
        #expect(try await store.operations(of: Sample.id, team: nil, limit: 10).isEmpty)
        #expect(engine.content.withLock { $0.acts } == [])
        #expect(engine.content.withLock { $0.touched } == [])
      }
    }
  }

  @Test func anEngineIsNotBoundByWhatIsNotItsOwn() async throws {
    try await withStore { store, _, _ in
      try await withCore(store, engine()) { _ = try await store.listed(Sample.id) }
      _ = try await wait { try await store.leaseHolder() == nil ? true : nil }
      try await store.claimEngine(EngineIdentity(name: "kubernetes"))
      try await store.claimEngine(EngineIdentity(name: "local"))
    }
  }

  @Test func oneThatIsGoneKeepsItsHistoryUntilThatIsPurged() async throws {
    try await withStore { store, pool, _ in
      let engine = engine(5)
      try await withCore(store, engine) {
        let session = try await store.listed(Sample.id) { $0.events == 6 }
        #expect(try await store.ask(.kill, of: session) == .succeeded)
        #expect(engine.content.withLock { $0.acts } == [.kill])
        let gone = try await store.listed(Sample.id) { $0.desired == .killed }
        #expect(gone.state == .killed)
        #expect(try await recorded(store).count == 6)
        await #expect { try await store.ask(.resume, of: gone) } throws: { ($0 as? ControlFailure)?.code == .refused }
        _ = try await pool.query("UPDATE paddock.session SET gone_at = now() - interval '2 hours'")
        #expect(try await store.sessions(of: nil).isEmpty)
        #expect(try await store.session(Sample.id).events == 6)
        #expect(try await store.ask(.purge, of: gone) == .succeeded)
        #expect(try await recorded(store).isEmpty)
      }
    }
  }

  @Test func anActionOnAVersionThatHasChangedIsRefused() async throws {
    try await withStore { store, _, _ in
      let engine = engine(1)
      try await withCore(store, engine) {
        let seen = try await store.listed(Sample.id) { $0.events > 0 }
        engine.content.withLock { $0.sandboxes = [Sample.sandbox(version: "8")] }
        let outcome = await #expect(throws: ControlFailure.self) {
          _ = try await store.listed(Sample.id) { $0.generation == seen.generation + 1 }
          _ = try await store.ask(.kill, of: seen)
        }
        #expect(outcome?.code == .conflict)
        #expect(engine.content.withLock { $0.acts } == [])
      }
    }
  }

  @Test func nobodyButAdminsSeesWhatIsInNoTeam() async throws {
    try await withStore { store, _, team in
      let engine = engine(1)
      var theirs = Sample.sandbox(.make(at: .now()))
      theirs.team = team
      let known = theirs
      engine.content.withLock { $0.sandboxes.append(known) }
      let nobodys = try ResourceName(ResourceName.unownedText)
      try await withCore(store, engine) { () async throws -> Void in
        let (first, second) = (try await store.listed(Sample.id), try await store.listed(known.id))
        #expect(first.team == nobodys)
        #expect(second.team == team)
        let teams = try await store.teams().map(\.name)
        #expect(teams == [team])
        await #expect(throws: ControlFailure.self) {
          try await store.deleteTeam(nobodys, actor: "ann", reason: nil)
        }
        await #expect(throws: ControlFailure.self) {
          _ = try await store.createTeam(nobodys, actor: "ann", reason: nil)
        }
      }
    }
  }

  @Test func aSessionsOwnSandboxIsNoForeignOne() async throws {
    try await withStore { store, _, team in
      let agent = try ResourceName("fixer")
      _ = try await store.applyAgent(agent, of: team, spec: AgentSpec(runtime: .exec, command: ["true"]), actor: "ann")
      let session = SessionID.make(at: .now())
      _ = try await store.startSession(
        StartRequest(
          id: session, operation: .make(at: .now()), team: team, agent: agent, title: "", message: nil, actor: "ann"))
      var own = Sample.sandbox(.make(at: .now()))
      own.labelledSession = session
      var others = Sample.sandbox(.make(at: .now()))
      others.labelledSession = .make(at: .now())
      let mirrors = [own, others].map { ForeignMirror(sandbox: $0, state: .working, reason: "") }
      try await store.mirror(mirrors)
      #expect(try await store.foreignSessions(and: []).map(\.session.id) == [others.id])
    }
  }

  @Test func ofANodeThatHasManyTheLogsAreReadAtIntervals() async throws {
    try await withStore { store, _, _ in
      let engine = engine(3)
      let sandboxes = (0..<5).map { _ in Sample.sandbox(.make(at: .now())) }
      engine.content.withLock { $0.sandboxes = sandboxes }
      try await withCore(
        store, engine,
        edit: {
          $0.liveLogsOfANode = 2
          $0.logInterval = 0.05
        }
      ) {
        _ = try await wait { try await store.sessions(of: nil).count { $0.events == 4 } == 5 ? true : nil }
        engine.write((3..<6).map { Sample.line(Double($0) * 0.05, "line \($0)") })
        _ = try await wait { try await store.sessions(of: nil).count { $0.events == 7 } == 5 ? true : nil }
        let opened = engine.content.withLock { $0.openings }
        #expect(opened.count == 2 && Set(opened).count == 2)
        // With one that goes, another is followed.
        engine.content.withLock { $0.sandboxes.removeAll { $0.id == opened[0] } }
        _ = try await wait { engine.content.withLock { $0.openings.count } == 3 ? true : nil }
      }
    }
  }

  @Test func noMoreLogsAreFollowedThanThereIsRoomFor() async throws {
    try await withStore { store, _, _ in
      let engine = engine(3)
      engine.content.withLock { content in
        content.sandboxes = (0..<5).map { _ in Sample.sandbox(.make(at: .now())) }
      }
      try await withCore(store, engine, edit: { $0.maximumLogs = 2 }) {
        _ = try await wait {
          try await store.sessions(of: nil).filter { $0.events == 4 }.count == 2 ? true : nil
        }
        try await Task.sleep(for: .milliseconds(300))
        #expect(try await store.sessions(of: nil).map(\.events).sorted() == [0, 0, 0, 4, 4])
      }
    }
  }
}
