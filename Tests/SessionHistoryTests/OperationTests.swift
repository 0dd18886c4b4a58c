import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct OperationTests {
  @Test func aSessionStartsTogetherWithItsOperation() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession("fix it")
      #expect(session.state == .starting && session.desired == .running && session.generation == 1)
      #expect(session.title == "fix it" && session.runtime == .exec)
      let pending = try await fixture.store.pendingOperations()
      #expect(pending.map(\.kind) == [.start] && pending.first?.argument == "begin")
      #expect(try await fixture.store.managedSessions().map(\.session.id) == [session.id])
      #expect(try await fixture.store.managedSession(session.id)?.agent.spec.command == ["true"])
    }
  }

  @Test func startingTwiceWithTheSameIdsIsOneSession() async throws {
    try await HistoryFixture.with { fixture in
      let request = StartRequest(
        id: .make(at: .now()), operation: .make(at: .now()), team: fixture.team, agent: fixture.agent, title: "a",
        message: nil, actor: "root")
      let first = try await fixture.store.startSession(request)
      #expect(try await fixture.store.startSession(request) == first)
      #expect(try await fixture.store.operations(of: first.id, team: nil, limit: 9).count == 1)
      var unknown = request
      unknown.agent = try ResourceName("nobody")
      unknown.operation = .make(at: .now())
      let lost = unknown
      await expectFailure(.notFound) { try await fixture.store.startSession(lost) }
    }
  }

  @Test func aStaleGenerationIsRefusedAndRecorded() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.store.setDesired(.running, of: session.id, expectedGeneration: 1, newGeneration: true)
      let stale = fixture.operation(.kill, session)
      await expectFailure(.conflict) { try await fixture.store.submit(stale) }
      let recorded = try await fixture.store.operation(stale.id)
      guard case .failed(let why) = recorded.outcome else { Issue.record("not refused"); return }
      #expect(why.contains("generation 2"))
      #expect(recorded.completedAt != nil)
      #expect(try await fixture.store.pendingOperations().map(\.kind) == [.start])
      await expectFailure(.conflict) {
        try await fixture.store.setDesired(.killed, of: session.id, expectedGeneration: 1, newGeneration: false)
      }
    }
  }

  @Test func whatTheStateDoesNotAllowIsRefusedAndRecorded() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      func refuses(_ kind: Operation.Kind, _ argument: String? = nil) async throws {
        let operation = fixture.operation(kind, session, argument: argument)
        await expectFailure(.refused) { try await fixture.store.submit(operation) }
        #expect(try await fixture.store.operation(operation.id).outcome != .pending)
      }
      try await refuses(.resume)
      try await refuses(.purge)
      try await refuses(.approve, "call")
      try await refuses(.message, "")
      try await fixture.record(
        [EventDraft(.user, "go"), EventDraft(.approvalRequest, "rm", callID: "call")], to: session)
      try await fixture.store.submit(fixture.operation(.approve, session, argument: "call"))
      try await fixture.store.setDesired(.suspended, of: session.id, expectedGeneration: 1, newGeneration: false)
      try await refuses(.message, "hi")
      try await refuses(.interrupt)
      try await fixture.store.submit(fixture.operation(.resume, session))
      try await fixture.store.setDesired(.killed, of: session.id, expectedGeneration: 1, newGeneration: false)
      try await refuses(.message, "hi")
      try await refuses(.restart)
      try await fixture.store.submit(fixture.operation(.purge, session))
    }
  }

  @Test func anOperationIsCompletedOnce() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let operation = fixture.operation(.interrupt, session)
      try await fixture.store.submit(operation)
      try await fixture.store.submit(operation)
      try await fixture.store.complete(operation.id, .failed("no answer"))
      try await fixture.store.complete(operation.id, .succeeded)
      #expect(try await fixture.store.operation(operation.id).outcome == .failed("no answer"))
      await expectFailure(.notFound) { try await fixture.store.complete(.make(at: .now()), .succeeded) }
      let kinds = try await fixture.store.operations(of: session.id, team: fixture.team, limit: 9).map(\.kind)
      #expect(kinds == [.interrupt, .start])
    }
  }

  @Test func operationsAndAuditAreAppendOnlyForTheOwnerToo() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.linkAll()
      for sql in [
        "UPDATE paddock.operation SET actor = 'x'", "UPDATE paddock.operation SET argument = NULL",
        "UPDATE paddock.operation SET removed_digest = argument_digest, argument = NULL, argument_salt = NULL",
        "DELETE FROM paddock.operation", "TRUNCATE paddock.operation",
        "UPDATE paddock.operation SET outcome = 'failed' WHERE outcome = 'succeeded'",
        "UPDATE paddock.audit SET content = 'x'", "DELETE FROM paddock.audit_head", "TRUNCATE paddock.audit_head",
        "UPDATE paddock.audit_head SET number = number - 1", "UPDATE paddock.audit_head SET number = number + 1",
        "UPDATE paddock.audit_head SET hash = ''", "INSERT INTO paddock.audit_head VALUES ('x', 7, '', 1)",
        "DELETE FROM paddock.audit", "TRUNCATE paddock.audit", "UPDATE paddock.audit_entry SET content = '{}'",
        "TRUNCATE paddock.audit_entry",
      ] {
        await expectFailure(.permissionDenied, "\(sql)") { try await fixture.store.execute(sql) }
      }
      #expect(try await fixture.store.operations(of: session.id, team: nil, limit: 9).count == 1)
    }
  }

  @Test(arguments: [
    (
      "ALTER TABLE paddock.audit DISABLE TRIGGER append_only_text; "
        + "UPDATE paddock.audit SET content = replace(content, 'root', 'eve') WHERE number = 2", 2, "it was changed"
    ),
    (
      "ALTER TABLE paddock.audit DISABLE TRIGGER append_only; DELETE FROM paddock.audit WHERE number = 2", 3,
      "a row before it is missing"
    ),
    (
      "ALTER TABLE paddock.audit DISABLE TRIGGER append_only; DELETE FROM paddock.audit WHERE number = 4", 4,
      "the end of the chain is missing"
    ),
    (
      "ALTER TABLE paddock.operation DISABLE TRIGGER append_only; "
        + "ALTER TABLE paddock.operation DISABLE TRIGGER audited; "
        + "UPDATE paddock.operation SET reason = 'because' WHERE kind = 'session.start'", 3, "its operation was changed"
    ),
    (
      "ALTER TABLE paddock.operation DISABLE TRIGGER audited; INSERT INTO paddock.operation (id, kind, team, team_id, "
        + "actor, requested_at) SELECT gen_random_uuid(), 'secret.set', name, id, 'eve', now() FROM paddock.team "
        + "WHERE name <> 'no-team'", 5, "an operation has no entry"
    ),
  ])
  func theChainShowsTampering(sql: String, entry: Int, problem: String) async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let start = try #require(try await fixture.store.pendingOperations().first)
      try await fixture.store.complete(start.id, .succeeded)
      _ = session
      try await fixture.linkAll()
      guard case .intact(4, _, 0) = try await fixture.store.verifyAudit(of: fixture.team) else {
        Issue.record("not intact before")
        return
      }
      try await fixture.pool.script(sql)
      let verdict = try await fixture.store.verifyAudit(of: fixture.team)
      #expect(verdict == .broken(entry: Int64(entry), problem: problem))
    }
  }

  @Test func concurrentOperationsOfATeamMakeOneChain() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<20 {
          let operation = fixture.operation(.message, session, argument: "\(index)")
          group.addTask { try await fixture.store.submit(operation) }
        }
        try await group.waitForAll()
      }
      try await fixture.linkAll()
      guard case .intact(let entries, _, 0) = try await fixture.store.verifyAudit(of: fixture.team) else {
        Issue.record("the chain is broken")
        return
      }
      #expect(entries == 23)
    }
  }

  /// As a row says it that former versions let in: what is read is the greatest number that counts.
  @Test(arguments: [Int64(Generation.last), 2_147_483_647])
  func aSessionAtTheGreatestGenerationIsEndedAndNotStartedOnceMore(_ stored: Int64) async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.pool.script("UPDATE paddock.session SET generation = \(stored)")
      let generation = try await fixture.store.session(session.id).generation
      #expect(generation == Generation.last)
      let failure = try await #require(throws: ControlFailure.self) {
        try await fixture.store.setDesired(
          .running, of: session.id, expectedGeneration: generation, newGeneration: true)
      }
      #expect(failure.code == .refused && failure.summary.contains("cannot be started once more"))
      try await fixture.store.setDesired(.killed, of: session.id, expectedGeneration: generation, newGeneration: false)
      #expect(try await fixture.store.session(session.id).desired == .killed)
    }
  }
}
