import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// What an operator can make the record say.
@Suite(.serialized) struct HonestOperationTests {
  @Test func anOperatorOnlyAsks() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("eve", roles: roles) { (store, _) async throws in
        for outcome in [Operation.Outcome.succeeded, .failed("no")] {
          for id in [session.id, nil] {
            let forged = Operation(
              id: .make(at: .now()), kind: id == nil ? .setSecret : .kill, team: fixture.team, session: id,
              subject: "X", actor: "eve", requestedAt: .now(), outcome: outcome)
            await expectFailure(.permissionDenied, "\(forged)") {
              try await store.execute(OperationRow.insert, OperationRow.parameters(forged))
            }
          }
        }
        let kill = fixture.operation(.kill, session)
        try await store.submit(kill)
        await expectFailure(.permissionDenied) {
          try await store.execute("SELECT paddock.refuse_operation($1, 'no')", [.uuid(kill.id)])
        }
        await expectFailure(.permissionDenied) {
          try await store.execute("SELECT paddock.record_change('secret.set', $1, 'X')", [.text(fixture.team)])
        }
        #expect(try await store.operation(kill.id).outcome == .pending)
      }
    }
  }

  /// In the own team's name, whatever client wrote it.
  @Test func nothingIsAskedOfAnotherTeamsSession() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      let (mine, theirs) = (try await fixture.startSession(), try await fixture.startSession("theirs", of: green))
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("mallory", roles: roles) { (store, _) async throws in
        for kind in [Operation.Kind.kill, .message, .approve, .purge] {
          var forged = fixture.operation(kind, theirs, argument: "x")
          forged.team = fixture.team
          await expectFailure(.permissionDenied, "\(kind)") {
            try await store.execute(OperationRow.insert, OperationRow.parameters(forged))
          }
        }
        try await store.submit(fixture.operation(.kill, mine))
      }
      #expect(try await fixture.store.operations(of: theirs.id, team: nil, limit: 9).map(\.kind) == [.start])
    }
  }

  @Test func whatIsRefusedAtOnceIsRecordedAsAskedAndRefused() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("ann", roles: roles) { (store, _) async throws in
        let resume = fixture.operation(.resume, session)
        await expectFailure(.refused) { try await store.submit(resume) }
        guard case .failed = try await store.operation(resume.id).outcome else {
          Issue.record("not recorded as refused")
          return
        }
        let steps = try await store.query(
          "SELECT content::json ->> 'step' AS step FROM paddock.audit WHERE operation_id = $1 ORDER BY number",
          [.uuid(resume.id)]
        ) { try $0.text("step") }
        #expect(steps == ["requested", "completed"])
      }
    }
  }

  @Test func changesOfATeamsThingsRecordThemselvesWhoeverMakesThemAndHowever() async throws {
    try await HistoryFixture.with { fixture in
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("ann", roles: roles) { (store, _) async throws in
        let sealed = SealedSecret(ciphertext: [1], wrappedKey: [2], masterKeyID: "k")
        try await store.storeSecret(sealed, name: "TOKEN", of: fixture.team, actor: "ann/laptop")
        try await store.bindSecret("TOKEN", of: fixture.team, to: fixture.agent, actor: "ann/laptop")
        try await store.deleteSecret("TOKEN", of: fixture.team, actor: "ann/laptop", reason: "leaked")
        try await store.deleteAgent(fixture.agent, of: fixture.team, actor: "ann/laptop", reason: "unused")
        try await store.execute("UPDATE paddock.agent SET deleted_at = NULL WHERE team = $1", [.text(fixture.team)])
        let operations = try await store.operations(of: nil, team: fixture.team, limit: 5)
        #expect(
          operations.map(\.kind) == [.applyAgent, .deleteAgent, .deleteSecret, .bindSecret, .setSecret])
        #expect(operations.map(\.subject) == ["fixer", "fixer", "TOKEN", "TOKEN to fixer", "TOKEN"])
        #expect(operations.map(\.reason) == [nil, "unused", "leaked", nil, nil])
        #expect(operations.dropFirst().allSatisfy { $0.actor == "ann/laptop" && $0.outcome == .succeeded })
        #expect(operations.first?.actor == "ann_\(fixture.suffix)")
      }
      guard case .intact = try await fixture.store.verifyAudit(of: fixture.team) else {
        Issue.record("the chain is broken")
        return
      }
    }
  }

  /// The second waits for the end of the chain that the first has not committed yet.
  @Test func twoWritersOfOneTeamMakeOneChainWhicheverCommitsLast() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let (first, second) = (fixture.operation(.message, session, argument: "a"), fixture.operation(.kill, session))
      let other = PostgresPool(PostgresConfiguration(url: fixture.url))
      let waiting = try await fixture.pool.transaction { connection in
        try await connection.execute(OperationRow.insert, OperationRow.parameters(first))
        let waiting = Task { try await PostgresSessionStore(other).submit(second) }
        while try await fixture.pool.query("SELECT FROM pg_locks WHERE NOT granted").isEmpty {}
        return waiting
      }
      try await waiting.value
      let entries = try await fixture.store.query(
        "SELECT operation_id FROM paddock.audit WHERE team = $1 ORDER BY number DESC LIMIT 2", [.text(fixture.team)]
      ) { try $0.uuid("operation_id") }
      #expect(entries == [second.id.text, first.id.text])
      guard case .intact = try await fixture.store.verifyAudit(of: fixture.team) else {
        Issue.record("the chain is broken")
        return
      }
      await other.close()
    }
  }
}
