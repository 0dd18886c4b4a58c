import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite struct ForeignSandboxTests {
  private static func mirror(_ id: SessionID, team: ResourceName?, version: String = "1") -> ForeignMirror {
    let mark = ForeignMark(namespace: "somewhere", name: "theirs", resourceVersion: version, volumes: ["work"])
    return ForeignMirror(
      sandbox: ForeignSandbox(
        id: id, team: team, mark: mark, operatingMode: .running, conditions: [], createdAt: .now()),
      state: .working, reason: "")
  }

  @Test func aCoreWithNoMoreThanItsRoleKeepsThem() async throws {
    try await HistoryFixture.with { fixture in
      let id = SessionID.make(at: .now())
      try await fixture.withLogin("core", roles: ["paddock_core"]) { core, _ in
        try await core.mirror([Self.mirror(id, team: nil), Self.mirror(.make(at: .now()), team: fixture.team)])
        try await core.mirror([Self.mirror(id, team: nil)])
        var row = try await core.foreignSession(id)
        #expect(row?.session.generation == 1)
        #expect(row?.session.title == "somewhere/theirs")
        try await core.mirror([Self.mirror(id, team: nil, version: "2")])
        row = try await core.foreignSession(id)
        #expect(row?.session.generation == 2)
        #expect(row?.session.foreign?.volumes == ["work"])

        var projection = SessionProjection()
        projection.log = LogCursor(LogSource(podUID: "p", container: "c", restarts: 0))
        projection.cost = USD(dollars: 2)
        let event = Event(seq: 1, time: .now(), content: EventDraft(.output, "a line"))
        projection.apply(event)
        try await core.record([RecordedBatch(session: id, events: [event], projection: projection)])
        try await core.setRuntime(.codex, of: id)
        row = try await core.foreignSession(id)
        #expect(row?.projection == projection)
        #expect(row?.session.runtime == .codex)
        #expect(try await core.lastEvents(of: id, limit: 5).map(\.text) == ["a line"])
        try await core.forsake([id])
        #expect(try await core.foreignSession(id)?.isGone == true)
        #expect(try await core.foreignSessions(and: []).count == 1)
        #expect(try await core.foreignSessions(and: [id]).count == 2)
      }
    }
  }

  @Test func anOperatorSeesThoseOfTheOwnTeamAndMakesNone() async throws {
    try await HistoryFixture.with { fixture in
      let (own, nobodys) = (SessionID.make(at: .now()), SessionID.make(at: .now()))
      try await fixture.store.mirror([Self.mirror(own, team: fixture.team), Self.mirror(nobodys, team: nil)])
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("ann", roles: roles) { (store, pool) async throws -> Void in
        let seen = try await store.sessions(of: nil).map(\.id)
        #expect(seen == [own])
        await #expect(throws: ControlFailure.self) { try await store.session(nobodys) }
        await #expect(throws: PostgresError.self) {
          try await pool.query(
            """
            INSERT INTO paddock.session (id, team, team_id, agent, runtime, title, desired, generation, state,
              state_since, created_at, foreign_sandbox)
            SELECT gen_random_uuid(), name, id, 'foreign', 'other', '', 'running', 1, 'working', now(), now(), '{}'
            FROM paddock.team
            """)
        }
      }
    }
  }

  @Test(arguments: [Operation.Kind.message, .interrupt, .approve, .purge])
  func whatCannotBeAskedOfThemIsRefusedAtOnce(kind: Operation.Kind) async throws {
    try await HistoryFixture.with { fixture in
      let id = SessionID.make(at: .now())
      try await fixture.store.mirror([Self.mirror(id, team: fixture.team)])
      let operation = Operation(
        id: .make(at: .now()), kind: kind, team: fixture.team, session: id, generation: 1, argument: "x", actor: "ann",
        requestedAt: .now())
      await #expect {
        try await fixture.store.submit(operation)
      } throws: { ($0 as? ControlFailure)?.code == .refused }
    }
  }
}
