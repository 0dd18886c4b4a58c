import ControlModel
import PostgresClient

/// The advisory lock that a core which shares with no other has, on a connection of its own: it ends with the connection,
/// so whatever happens to the holder, the lease is free as soon as the server notices.
actor CoreLease {
  private let configuration: PostgresConfiguration
  private var held: (connection: PostgresConnection, proof: LeaseProof)?

  init(_ configuration: PostgresConfiguration) {
    self.configuration = configuration
  }

  /// True for the holder, however often it asks; asking is how it learns that it lost the lease.
  func acquire(_ holder: String) async throws -> Bool {
    if let held {
      if await held.proof.holds(held.connection) { return true }
      self.held = nil
      await held.connection.close()
    }
    let candidate = try await PostgresConnection.connect(configuration)
    do {
      if let proof = try await LeaseProof.take(.exclusive, candidate) {
        try await candidate.execute(Self.signature, [.free(holder)])
        held = (candidate, proof)
        return true
      }
      await candidate.close()
      return false
    } catch {
      await candidate.close()
      throw error
    }
  }

  func release() async {
    guard let connection = held?.connection else { return }
    held = nil
    // The server would notice the end of the connection too, only later.
    _ = try? await connection.query("SELECT pg_advisory_unlock(\(AdvisoryLock.lease))")
    await connection.close()
  }

  /// Who came last signs; the lock itself knows no names.
  static let signature = """
    INSERT INTO paddock.core_lease (holder, backend_pid, acquired_at) VALUES ($1, pg_backend_pid(), now())
    ON CONFLICT (single) DO UPDATE
      SET holder = excluded.holder, backend_pid = excluded.backend_pid, acquired_at = excluded.acquired_at
    """
}
