import ControlModel
import PostgresClient

/// One core's place beside others: the lease, shared, and the advisory locks of its slots, all on one connection of its
/// own. They end with it, so whatever happens to the core, its sessions are free as soon as the server notices.
actor CoreMembership {
  private let configuration: PostgresConfiguration
  private var connection: PostgresConnection?
  private var proof: LeaseProof?
  /// Numbers the connections: what was held on an earlier one is lost.
  private var term = 0
  private var slots = SlotClaims()
  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ configuration: PostgresConfiguration) {
    self.configuration = configuration
  }

  func join(_ holder: String) async throws -> Int? {
    await begin()
    defer { end() }
    if let connection {
      if await proof?.holds(connection, slots: Array(slots.taken.keys)) == true { return term }
      await leave()
    }
    let candidate = try await PostgresConnection.connect(configuration)
    do {
      guard let proof = try await enter(holder, candidate) else {
        await candidate.close()
        return nil
      }
      self.proof = proof
    } catch {
      await candidate.close()
      throw error
    }
    connection = candidate
    term += 1
    return term
  }

  func claims(under term: Int, settledFor seconds: Double) async throws -> SessionClaims? {
    await begin()
    defer { end() }
    guard term == self.term, let connection else { return nil }
    let cores = Int(try await connection.query(Self.members).first?.int("cores") ?? 1)
    let missing = slots.missing(among: cores)
    if missing > 0 {
      let taken = try await connection.query(Self.take, [.int8(Int64(missing))]).map { Int(try $0.int("slot")) }
      // From after the lock, not from before the question: what counts is how long the former holder has been without.
      slots.take(taken, at: .now)
    }
    return slots.claims(among: cores, settledBefore: .now - .seconds(seconds))
  }

  func release(_ released: Set<Int>, under term: Int) async {
    await begin()
    defer { end() }
    guard term == self.term, let connection else { return }
    let numbers = released.intersection(slots.taken.keys).map(Int32.init)
    do {
      _ = try await connection.query(
        "SELECT pg_advisory_unlock(\(AdvisoryLock.slots), slot) FROM unnest($1::int[]) AS slot", [.int4Array(numbers)])
      slots.drop(released)
    } catch {
      // What is locked is unknown; without the connection nothing is.
      await leave()
    }
  }

  /// Gives everything back in order: the server would notice the end of the connection too, only later.
  func resign() async {
    await begin()
    defer { end() }
    if let connection { await letGo(connection) }
    await leave()
  }

  private func leave() async {
    slots = SlotClaims()
    guard let connection else { return }
    (self.connection, proof) = (nil, nil)
    await connection.close()
  }

  /// Bounded, as a core that ends does not wait for a server that is gone.
  private func letGo(_ connection: PostgresConnection) async {
    let alarm = Task {
      try await Task.sleep(for: .seconds(2))
      await connection.close()
    }
    defer { alarm.cancel() }
    _ = try? await connection.query("SELECT pg_advisory_unlock_all()")
  }

  private func enter(_ holder: String, _ connection: PostgresConnection) async throws -> LeaseProof? {
    // The server's side of the time within which a dead node's sessions are free; unix sockets have none.
    try await connection.script(
      "SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; "
        + "SET tcp_user_timeout = 6000")
    guard let proof = try await LeaseProof.take(.shared, connection) else { return nil }
    try await connection.execute(CoreLease.signature, [.free(holder)])
    return proof
  }

  /// One at a time: two that found the connection lost would make two.
  private func begin() async {
    guard isBusy else { return isBusy = true }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func end() {
    if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
  }

  private static let members = """
    SELECT count(*) AS cores FROM pg_locks k JOIN pg_stat_activity a USING (pid)
    WHERE k.locktype = 'advisory' AND k.granted AND (k.classid, k.objid) = (\(AdvisoryLock.lease)) AND k.objsubid = 2
      AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND \(CoreRights.are(of: "a.usesysid"))
    """

  /// In random order, so that cores that come at the same time do not all reach for the same. The first part is
  /// materialized: a lock that is tried is taken, so only what is counted may be tried.
  private static let take = """
    WITH free AS MATERIALIZED (
      SELECT slot FROM generate_series(0, \(SessionSlots.count - 1)) AS slot
      WHERE NOT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 2
          AND (classid, objid) = (\(AdvisoryLock.slots), slot)
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
      ORDER BY random() LIMIT $1
    )
    SELECT slot FROM free WHERE pg_try_advisory_lock(\(AdvisoryLock.slots), slot)
    """
}
