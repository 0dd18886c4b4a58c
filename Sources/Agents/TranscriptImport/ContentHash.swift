/// FNV-1a over 64 bits.
///
/// Names records that have no id of their own, so it must be the same in every process and release: Swift's `Hasher` is
/// seeded anew for each process, and a cryptographic hash would cost more than parsing. Nobody gains by a collision: it
/// hides one record of one's own transcript; within a session of a million records chance makes one in 3·10⁷ runs.
struct ContentHash: Hashable {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  init() {}

  init(_ bytes: [UInt8]) { add(bytes) }

  init(_ text: String) { add(Array(text.utf8)) }

  mutating func add(_ bytes: [UInt8]) {
    var value = value
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    self.value = value
  }

  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
