/// A dictionary for what the outside can make many of: beyond its bound the entry that was added first goes. Adding,
/// finding and removing cost the same however many there are.
package struct NewestEntries<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  package let limit: Int
  private var entries: [Key: (value: Value, stamp: UInt64)] = [:]
  /// In the order of their stamps; those that are gone since stay until `compact`.
  private var order: [(key: Key, stamp: UInt64)] = []
  private var oldest = 0
  private var clock: UInt64 = 0
  /// Entries that went because others came.
  package private(set) var forgotten: Count = 0

  package init(limit: Int) { self.limit = max(1, limit) }

  package var count: Int { entries.count }
  package var isEmpty: Bool { entries.isEmpty }
  package func contains(_ key: Key) -> Bool { entries[key] != nil }

  /// Oldest first.
  package var keys: [Key] { order[oldest...].filter { entries[$0.key]?.stamp == $0.stamp }.map(\.key) }

  /// An entry that is there already keeps its place.
  package subscript(_ key: Key) -> Value? {
    get { entries[key]?.value }
    set {
      guard let newValue else {
        entries[key] = nil
        return compact()
      }
      if entries[key] != nil { entries[key]?.value = newValue } else { add(key, newValue) }
    }
  }

  package mutating func removeValue(forKey key: Key) -> Value? {
    defer { compact() }
    return entries.removeValue(forKey: key)?.value
  }

  package mutating func removeAll() { self = NewestEntries(limit: limit) }

  private mutating func add(_ key: Key, _ value: Value) {
    clock += 1
    entries[key] = (value, clock)
    order.append((key, clock))
    while entries.count > limit, oldest < order.count {
      let first = order[oldest]
      oldest += 1
      guard entries[first.key]?.stamp == first.stamp else { continue }
      entries[first.key] = nil
      forgotten += 1
    }
    compact()
  }

  private mutating func compact() {
    guard order.count > 2 * limit + 16 else { return }
    order = order[oldest...].filter { entries[$0.key]?.stamp == $0.stamp }
    oldest = 0
  }
}

/// A set of that kind.
package struct NewestSet<Member: Hashable & Sendable>: Sendable {
  private var entries: NewestEntries<Member, Bool>

  package init(limit: Int) { entries = NewestEntries(limit: limit) }

  package var count: Int { entries.count }
  package var isEmpty: Bool { entries.isEmpty }
  package func contains(_ member: Member) -> Bool { entries.contains(member) }

  /// False when it was there already.
  @discardableResult package mutating func insert(_ member: Member) -> Bool {
    guard !entries.contains(member) else { return false }
    entries[member] = true
    return true
  }

  /// Whether it was there.
  @discardableResult package mutating func remove(_ member: Member) -> Bool {
    entries.removeValue(forKey: member) != nil
  }

  package mutating func removeAll() { entries.removeAll() }
}
