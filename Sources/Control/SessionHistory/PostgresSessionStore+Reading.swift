import ControlModel
import PostgresClient

/// Reading that a bad row cannot stop.
extension PostgresSessionStore {
  /// Rows as values. One that cannot be read is left out and noted, so that it keeps nobody from the others.
  func list<Value>(
    _ relation: Relation, _ sql: String, _ parameters: [PostgresValue], _ read: (PostgresRow) throws -> Value
  ) async throws(ControlFailure) -> [Value] {
    try await query(sql, parameters).compactMap { row in relation.value(of: row, read) }
  }

  /// The one row that was asked for by its key; that it cannot be read is a failure which names it.
  func find<Value>(
    _ relation: Relation, _ sql: String, _ parameters: [PostgresValue], _ read: (PostgresRow) throws -> Value
  ) async throws(ControlFailure) -> Value? {
    guard let row = try await query(sql, parameters).first else { return nil }
    do { return try read(row) } catch { throw relation.failure(relation.unreadable(row, error)) }
  }
}

/// A table whose rows are read, and the columns of a result that name one of them.
struct Relation: Sendable {
  let name: String
  let key: [String]

  static let session = Relation(name: "session", key: ["id"])
  static let operation = Relation(name: "operation", key: ["id"])
  static let team = Relation(name: "team", key: ["name"])
  static let agent = Relation(name: "agent", key: ["agent_team", "agent_name"])
  static let secret = Relation(name: "secret", key: ["team", "name"])
  static let event = Relation(name: "event", key: ["session_id", "seq"])
  /// An event, but one that is left out where it cannot be read.
  static let searchHit = Relation(name: "event_search", key: ["session_id", "seq"])
  static let role = Relation(name: "team_grant", key: ["team", "name"])
  static let person = Relation(name: "operator", key: ["name"])
  static let retention = Relation(name: "retention", key: ["name"])
  static let hold = Relation(name: "legal_hold", key: ["id"])
  static let sandboxReport = Relation(name: "sandbox_report", key: ["session_id"])
  static let teamReport = Relation(name: "team_report", key: ["team"])
  static let diskUse = Relation(name: "disk_use", key: ["session_id"])
  static let coreStatus = Relation(name: "core_status", key: ["holder"])

  func value<Value>(of row: PostgresRow, _ read: (PostgresRow) throws -> Value) -> Value? {
    do { return try read(row) } catch {
      UnreadableRows.note(unreadable(row, error))
      return nil
    }
  }

  func unreadable(_ row: PostgresRow, _ error: any Error) -> UnreadableRow {
    UnreadableRow(relation: name, id: key.map(row.printed).joined(separator: "/"), reason: error.readingReason)
  }

  func failure(_ row: UnreadableRow) -> ControlFailure {
    ControlFailure(
      .malformed, row.description,
      hint: "An admin can move it out of the way with `paddock unreadable remove \(row.relation) \(row.id)`.")
  }
}

extension PostgresRow {
  /// A column of a key, whatever its type.
  fileprivate func printed(_ column: String) -> String {
    if let text = try? text(column) { return text }
    if let number = try? int(column) { return String(number) }
    return "?"
  }
}

extension Error {
  /// What was wrong with a row, in one sentence.
  var readingReason: String {
    if let failure = self as? ControlFailure { return failure.summary }
    if case .decoding(let column, let expected, let found)? = self as? PostgresError {
      return "The column '\(column)' should have \(expected), and has \(found)."
    }
    return "\(self)"
  }
}
