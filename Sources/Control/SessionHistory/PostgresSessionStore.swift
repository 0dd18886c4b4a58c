import ControlModel
package import PostgresClient

/// The store of sessions, operations and teams in Postgres: implements the ports of ControlModel, one in each
/// `PostgresSessionStore+…` file.
///
/// Every call uses a connection of one lane for its own time only; a core's lease has a connection of its own.
package struct PostgresSessionStore: Sendable {
  let lanes: StoreLanes
  let lease: CoreLease
  let membership: CoreMembership

  /// The lanes stay their owner's to close.
  package init(_ lanes: StoreLanes) {
    self.lanes = lanes
    lease = CoreLease(lanes.control.configuration)
    membership = CoreMembership(lanes.control.configuration)
  }

  /// With one pool for everything.
  package init(_ pool: PostgresPool) {
    self.init(StoreLanes(one: pool))
  }

  var pool: PostgresPool { lanes.control }
}

extension PostgresSessionStore {
  func query(_ sql: String, _ parameters: [PostgresValue] = []) async throws(ControlFailure) -> [PostgresRow] {
    do { return try await pool.query(sql, parameters) } catch { throw failure(error) }
  }

  /// Rows as values, where one that cannot be read leaves nothing to answer: an object that was asked for by its name,
  /// a sum. For lists there is `list`.
  func query<Value>(
    _ sql: String, _ parameters: [PostgresValue], _ read: (PostgresRow) throws -> Value
  ) async throws(ControlFailure) -> [Value] {
    do { return try await pool.query(sql, parameters).map(read) } catch { throw failure(error) }
  }

  @discardableResult
  func execute(_ sql: String, _ parameters: [PostgresValue] = []) async throws(ControlFailure) -> Int {
    do { return try await pool.execute(sql, parameters) } catch { throw failure(error) }
  }

  func transaction<Value: Sendable>(
    in lane: PostgresPool? = nil, _ body: (PostgresConnection) async throws -> Value
  ) async throws(ControlFailure) -> Value {
    do { return try await (lane ?? pool).transaction(body) } catch { throw failure(error) }
  }

  func failure(_ error: any Error) -> ControlFailure {
    ControlFailure(error, database: pool.configuration)
  }
}
