/// Which statements are prepared on one connection, by text and parameter types; the least recently used one goes first.
struct StatementCache {
  struct Key: Hashable {
    var sql: String
    var types: [UInt32]
  }

  private struct Entry {
    var name: String
    var lastUse: UInt64
  }

  private var entries: [Key: Entry] = [:]
  private var clock: UInt64 = 0
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = max(1, capacity)
  }

  var count: Int { entries.count }

  mutating func name(of key: Key) -> String? {
    clock += 1
    entries[key]?.lastUse = clock
    return entries[key]?.name
  }

  /// A name that no statement of this connection ever had.
  mutating func newName() -> String {
    clock += 1
    return "paddock_\(clock)"
  }

  /// Remembers a prepared statement; returns the name of the one that has to be deallocated for it.
  mutating func insert(_ key: Key, name: String) -> String? {
    let evicted = entries.count < capacity ? nil : entries.min { $0.value.lastUse < $1.value.lastUse }
    if let evicted { entries[evicted.key] = nil }
    clock += 1
    entries[key] = Entry(name: name, lastUse: clock)
    return evicted?.value.name
  }

  mutating func remove(_ key: Key) {
    entries[key] = nil
  }
}
