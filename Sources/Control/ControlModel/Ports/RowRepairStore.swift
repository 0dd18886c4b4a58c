/// What is wrong in the store itself, and how an admin gets it out of the way.
package protocol RowRepairStore: Sendable {
  /// All rows that cannot be read, as far as the caller sees them; of operations the last ten thousand, and no events,
  /// which say so in their own place.
  func unreadableRows() async throws(ControlFailure) -> [UnreadableRow]

  /// Sets a row aside; a session or a team is put right where it stands, and what it was is set aside. Recorded as an
  /// operation of its team. False when there was nothing to be changed.
  @discardableResult
  func removeRow(_ id: String, of relation: String, actor: String, reason: String?) async throws(ControlFailure) -> Bool

  /// Newest first; admins and cores alone see them.
  func setAsideRows(limit: Int) async throws(ControlFailure) -> [SetAsideRow]
  /// How many, by table and reason.
  func setAsideCounts() async throws(ControlFailure) -> [SetAsideCount]
}

/// A row that was taken out of its table, or what one was before it was put right.
package struct SetAsideRow: Sendable, Hashable {
  package var number: Int64
  /// With its schema: `paddock.agent`.
  package var relation: String
  /// As JSON.
  package var content: String
  package var reason: String
  package var time: Timestamp

  package init(number: Int64, relation: String, content: String, reason: String, time: Timestamp) {
    self.number = number
    self.relation = relation
    self.content = content
    self.reason = reason
    self.time = time
  }
}

package struct SetAsideCount: Sendable, Hashable, CustomStringConvertible {
  package var relation: String
  package var reason: String
  package var count: Int64

  package init(relation: String, reason: String, count: Int64) {
    self.relation = relation
    self.reason = reason
    self.count = count
  }

  package var description: String { "\(count) of \(relation): \(reason)" }
}
