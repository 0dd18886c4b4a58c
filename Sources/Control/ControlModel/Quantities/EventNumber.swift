/// Keeps the number of an event, or of an event that is due, where counting on from it cannot overflow: from 0 to 2^53.
/// A session that has an event each microsecond gets there after 285 years.
@propertyWrapper
package struct EventNumber: Sendable, Hashable {
  package static let last: Int64 = 1 << 53

  private var number: Int64

  package init(wrappedValue: Int64) { number = Self.bounded(wrappedValue) }

  package var wrappedValue: Int64 {
    get { number }
    set { number = Self.bounded(newValue) }
  }

  package static func bounded(_ claim: Int64) -> Int64 { min(max(claim, 0), last) }
}

/// The same for what counts a session's sandboxes, or an agent's revisions: the database keeps 32 bits of it.
@propertyWrapper
package struct Generation: Sendable, Hashable {
  package static let last = 1 << 30

  private var number: Int

  package init(wrappedValue: Int) { number = Self.bounded(wrappedValue) }

  package var wrappedValue: Int {
    get { number }
    set { number = Self.bounded(newValue) }
  }

  package static func bounded(_ claim: some BinaryInteger) -> Int { min(max(Int(clamping: claim), 0), last) }
}
