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
              try await store.execute(Operation.forgery, forged.forged)
            }
          }
        }
        let kill = fixture.operation(.kill, session)
        try await store.submit(kill)
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
            try await store.execute(Operation.forgery, forged.forged)
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
        try await fixture.linkAll()
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
        try await fixture.store.execute(
          "UPDATE paddock.agent SET deleted_at = NULL WHERE team = $1", [.text(fixture.team)])
        let operations = try await store.operations(of: nil, team: fixture.team, limit: 5)
        #expect(
          operations.map(\.kind) == [.applyAgent, .deleteAgent, .deleteSecret, .bindSecret, .setSecret])
        #expect(operations.map(\.subject) == ["fixer", "fixer", "TOKEN", "TOKEN to fixer", "TOKEN"])
        #expect(operations.map(\.reason) == [nil, "unused", "leaked", nil, nil])
        #expect(
          operations.dropFirst().allSatisfy {
            $0.actor == "ann_\(fixture.suffix)" && $0.outcome == .succeeded
          })
        #expect(operations.first?.actor == "paddock")
      }
      guard case .intact = try await fixture.store.verifyAudit(of: fixture.team) else {
        Issue.record("the chain is broken")
        return
      }
    }
  }

  /// Beside it stands whom a core, or the owner, speaks for; nobody else is believed.
  @Test(arguments: ["paddock_operator", "paddock_core"])
  func theActorIsTheDatabases(role: String) async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.withLogin("eve", roles: [role, fixture.role(of: fixture.team)]) { (store, _) async throws in
        let login = "eve_\(fixture.suffix)"
        for (claimed, spoken) in [
          ("root", "\(login)/root"), (login, login), ("", login), ("\(login)/laptop", "\(login)/laptop"),
          ("core", "\(login)/core"),
          (String(repeating: "x", count: 1000), "\(login)/" + String(repeating: "x", count: 192)),
        ] {
          let actor = role == "paddock_core" ? spoken : login
          var operation = fixture.operation(.interrupt, session)
          operation.actor = claimed
          operation.requestedAt = Timestamp(microseconds: 0)
          try await store.submit(operation)
          let recorded = try await store.operation(operation.id)
          #expect(recorded.actor == actor)
          #expect(recorded.requestedAt > session.createdAt)
        }
      }
    }
  }

  @Test(arguments: [(1_048_577, 0), (0, 8193)])
  func whatIsTooLongIsRefused(argument: Int, reason: Int) async throws {
    try await HistoryFixture.with { fixture in
      var operation = fixture.operation(
        .message, try await fixture.startSession(), argument: String(repeating: "a", count: max(1, argument)))
      operation.reason = String(repeating: "b", count: reason)
      let long = operation
      await expectFailure(.invalidArgument) { try await fixture.store.submit(long) }
      operation.argument = String(repeating: "a", count: 1_048_576)
      operation.reason = String(repeating: "b", count: 8192)
      try await fixture.store.submit(operation)
    }
  }

  @Test func whatWaitsHasABoundForEachSession() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("ann", roles: roles) { (store, _) async throws in
        for _ in 0..<255 { try await store.submit(fixture.operation(.interrupt, session)) }
        await expectFailure(.refused) { try await store.submit(fixture.operation(.interrupt, session)) }
      }
    }
  }

  @Test func anApproverAnswersAndWritesAndNothingElse() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.record(
        [EventDraft(.user, "go"), EventDraft(.approvalRequest, "rm", callID: "call")], to: session)
      let roles = ["paddock_approver", fixture.role(of: fixture.team)]
      try await fixture.withLogin("amy", roles: roles) { (store, _) async throws in
        for kind in [Operation.Kind.approve, .deny, .message] {
          try await store.submit(fixture.operation(kind, session, argument: "call"))
        }
        for kind in [Operation.Kind.interrupt, .restart, .suspend, .kill] {
          await expectFailure(.permissionDenied) { try await store.submit(fixture.operation(kind, session)) }
        }
        await expectFailure(.permissionDenied) {
          try await store.applyAgent(
            fixture.agent, of: fixture.team, spec: AgentSpec(runtime: .exec, command: ["x"]), actor: "amy")
        }
      }
    }
  }
}
