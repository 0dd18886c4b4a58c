import Synchronization

/// A stored row that its reader could not make sense of: it is left out of what was asked for, or stands in it marked.
package struct UnreadableRow: Sendable, Hashable {
  /// The table, without its schema: `agent`.
  package var relation: String
  /// The columns of its key, with a slash between them: a session's id, `team/name`, `session/seq`.
  package var id: String
  /// One sentence.
  package var reason: String

  package init(relation: String, id: String, reason: String) {
    self.relation = relation
    self.id = id
    self.reason = reason
  }
}

extension UnreadableRow {
  /// The session or the operation that it is, if it is one.
  package var session: SessionID? { relation == "session" ? SessionID(id) : nil }
  package var operation: OperationID? { relation == "operation" ? OperationID(id) : nil }
}

extension UnreadableRow: CustomStringConvertible {
  package var description: String { "The row '\(id)' of '\(relation)' cannot be read: \(reason)" }
}

/// The rows that could not be read while something was asked of a store. They travel beside the answers, from a reader
/// to whoever gathers, so that a list stays a list and no caller can forget that another row may be bad.
package final class UnreadableRows: Sendable {
  /// Enough to see what is wrong: beyond it rows are left out all the same, but not named.
  package static let maximum = 1_000

  @TaskLocal private static var gathering: UnreadableRows?

  private let rows = Mutex<[UnreadableRow]>([])
  private let enclosing: UnreadableRows?
  private let tell: @Sendable (UnreadableRow) -> Void

  /// `tell` hears of each row once.
  package init(tell: @escaping @Sendable (UnreadableRow) -> Void = { _ in }) {
    enclosing = Self.gathering
    self.tell = tell
  }

  package var all: [UnreadableRow] { rows.withLock { $0 } }

  /// Those that whoever gathers has come across so far.
  package static var gathered: [UnreadableRow] { gathering?.all ?? [] }

  /// Called by readers.
  package static func note(_ row: UnreadableRow) { gathering?.add(row) }

  /// Gathers here what `body` comes across; whoever gathers around it hears of it, too.
  package func gather<Value, Failure: Error>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result = await Self.$gathering.withValue(
      self,
      operation: { () async -> Result<Value, Failure> in
        do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
      }, isolation: isolation)
    return try result.get()
  }

  private func add(_ row: UnreadableRow) {
    let isNew = rows.withLock { rows in
      guard rows.count < Self.maximum, !rows.contains(row) else { return false }
      rows.append(row)
      return true
    }
    if isNew { tell(row) }
    enclosing?.add(row)
  }
}
