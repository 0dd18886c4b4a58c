import ControlModel
import PostgresClient

/// The months that events lie in.
extension PostgresSessionStore {
  /// Makes the partitions that the sessions' events go into, where a term dropped them or no core came by in time.
  /// False when all were there.
  @discardableResult
  func makePartitions(of sessions: Set<SessionID>, _ connection: PostgresConnection) async throws -> Bool {
    let made = try await connection.query(
      """
      SELECT coalesce(bool_or(paddock.make_event_partition(b.bucket)), false) AS made
      FROM (SELECT DISTINCT bucket FROM paddock.session WHERE id = ANY ($1)) b
      """, [.uuidArray(sessions.map(\.text))])
    return try made.first?.bool("made") ?? false
  }

  /// Runs the transaction once more when a partition was missing: looking first would cost every batch a question.
  func withPartitions(
    of sessions: Set<SessionID>, _ body: (PostgresConnection) async throws -> Void
  ) async throws(ControlFailure) {
    do {
      do {
        try await pool.transaction(body)
      } catch let error as PostgresError where error.sqlstate == "23514" {
        let wasMissing = try await pool.transaction { try await makePartitions(of: sessions, $0) }
        guard wasMissing else { throw error }
        try await pool.transaction(body)
      }
    } catch {
      throw failure(error)
    }
  }
}
