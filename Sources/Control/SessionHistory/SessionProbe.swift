import ControlModel
import PostgresClient

/// Whether what a connection is told (settings, locks, prepared statements) is kept for it alone. A pooler may stand in
/// between: in session mode it is as good as the server; in transaction mode one process of the server serves many
/// clients by turns, and keeps for all of them what one has said.
struct SessionProbe {
  let configuration: PostgresConfiguration
  /// How many connections are held within transactions at a time, to take from the first one what it had.
  var rivals = 4

  /// A pooler that has no connection left lets its clients wait.
  private static let patience = 10.0

  static func refusal(_ database: PostgresConfiguration) -> ControlFailure {
    ControlFailure(
      .unsupported,
      "The database \(database) is reached through a pooler in transaction mode, where locks and settings belong to "
        + "nobody.",
      hint: "Set pool_mode = session for this database (PgBouncer), or name the server itself in the database's URL.")
  }

  func check() async throws {
    let outcome = await withTaskGroup(of: Result<Bool, any Error>?.self) { group in
      group.addTask { await result { try await keepsToItself() } }
      group.addTask {
        try? await Task.sleep(for: .seconds(Self.patience))
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    guard let outcome else {
      throw ControlFailure(
        .unavailable, "The database \(configuration) did not give \(rivals + 1) connections within \(Self.patience) s.",
        hint: "docs/database.md says how many each program needs; a pooler's default_pool_size must not be less.")
    }
    do {
      guard try outcome.get() else { throw Self.refusal(configuration) }
    } catch let error as PostgresError where Self.isMix(error) {
      throw Self.refusal(configuration)
    }
  }

  private func result(_ body: () async throws -> Bool) async -> Result<Bool, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  /// A statement that was prepared is not there, or is there already; or no transaction is let in at all.
  private static func isMix(_ error: PostgresError) -> Bool {
    ["26000", "42P05", "08P01"].contains(error.sqlstate)
  }

  private func keepsToItself() async throws -> Bool {
    var open: [PostgresConnection] = []
    let result: Result<Bool, any Error>
    do { result = .success(try await compare(&open)) } catch { result = .failure(error) }
    for connection in open { await connection.close() }
    return try result.get()
  }

  /// The first one is told a word and then rests. Each that comes after it is held within a transaction, and so has to
  /// itself a process of the server that rested: in the end that of the first, if it does not belong to it.
  private func compare(_ open: inout [PostgresConnection]) async throws -> Bool {
    let first = try await PostgresConnection.connect(configuration)
    open.append(first)
    let word = String(UInt64.random(in: 1 ... .max), radix: 36)
    let told = try await look(first, telling: word)
    guard told.word.isEmpty else { return false }
    for _ in 0..<rivals {
      let rival = try await PostgresConnection.connect(configuration)
      open.append(rival)
      guard try await begins(rival) else { return false }
      let found = try await look(rival, telling: nil)
      guard found.process != told.process, found.word.isEmpty else { return false }
      let again = try await look(first, telling: nil)
      guard again.process == told.process, again.word == word else { return false }
    }
    return true
  }

  /// In statement mode a pooler ends whoever begins a transaction.
  private func begins(_ connection: PostgresConnection) async throws -> Bool {
    let isDirect = await connection.isDirect
    do {
      try await connection.script("BEGIN")
      return true
    } catch {
      if isDirect { throw error }
      return false
    }
  }

  /// Which process answers, and what it had been told before.
  private func look(
    _ connection: PostgresConnection, telling word: String?
  ) async throws -> (process: Int64, word: String) {
    let rows = try await connection.query(
      "SELECT pg_backend_pid() AS process, coalesce(current_setting('paddock.probe', true), '') AS word")
    if let word { try await connection.execute("SELECT set_config('paddock.probe', $1, false)", [.text(word)]) }
    return (try rows.first?.int("process") ?? 0, try rows.first?.text("word") ?? "")
  }
}
