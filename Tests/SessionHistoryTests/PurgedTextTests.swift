import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// A purge takes away what was said to a session wherever it stood, and the audit proves the rest all the same.
@Suite(.serialized) struct PurgedTextTests {
  private static let word = "xyzzy"

  @Test func nothingOfWhatWasSaidIsLeftAndTheChainHolds() async throws {
    try await HistoryFixture.with { fixture in
      let (session, kept) = (try await fixture.startSession("about xyzzy"), try await fixture.startSession("kept"))
      try await fixture.record(["it says xyzzy"], to: session)
      try await fixture.indexAll()
      let early = fixture.operation(.message, session, argument: "say xyzzy")
      let pending = fixture.operation(.message, session, argument: "say xyzzy again")
      let other = fixture.operation(.message, kept, argument: "plugh")
      for operation in [early, pending, other] { try await fixture.store.submit(operation) }
      try await fixture.store.complete(early.id, .succeeded)
      try await fixture.linkAll()
      #expect(try await places(fixture).isEmpty == false)
      try await fixture.store.purge(session.id)
      // A core that carries it out completes what waits behind it.
      try await fixture.store.complete(pending.id, .failed("The session is purged."))
      for operation in try await fixture.store.pendingOperations() where operation.session == session.id {
        try await fixture.store.complete(operation.id, .succeeded)
      }
      #expect(try await places(fixture) == [])
      #expect(try await fixture.store.operation(other.id).argument == "plugh")
      for isLinked in [false, true] {
        if isLinked { try await fixture.linkAll() }
        guard case .intact = try await fixture.store.verifyAudit(of: fixture.team) else {
          Issue.record("the chain is broken, linked: \(isLinked)")
          return
        }
      }
      // Neither what is there nor what is gone can be put into other words.
      for sql in [
        "UPDATE paddock.operation SET argument = 'frobozz' WHERE id = '\(other.id)'",
        "UPDATE paddock.operation SET removed_digest = 'frobozz' WHERE id = '\(early.id)'",
      ] {
        try await fixture.pool.script("BEGIN; ALTER TABLE paddock.operation DISABLE TRIGGER USER; \(sql); COMMIT")
        guard case .broken(_, "its operation was changed") = try await fixture.store.verifyAudit(of: fixture.team)
        else {
          Issue.record("not found out: \(sql)")
          continue
        }
      }
    }
  }

  /// The tables in which the word stands.
  private func places(_ fixture: HistoryFixture) async throws -> [String] {
    let tables = try await fixture.pool.query(
      """
      SELECT relname::text AS name FROM pg_class
      WHERE relnamespace = 'paddock'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
      """)
    var found: [String] = []
    for table in tables {
      let name = try table.text("name")
      let rows = try await fixture.pool.query(
        "SELECT FROM paddock.\(name) t WHERE t::text LIKE '%\(Self.word)%' LIMIT 1")
      if !rows.isEmpty { found.append(name) }
    }
    return found
  }
}
