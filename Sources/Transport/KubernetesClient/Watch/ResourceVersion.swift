/// Resource versions are opaque but for two rules that every API server keeps: they are decimal, and they grow.
package enum ResourceVersion {
  /// `nil` when one of them is not a number.
  package static func isNewer(_ version: String, than other: String) -> Bool? {
    guard let left = significant(version), let right = significant(other) else { return nil }
    if left.count != right.count { return left.count > right.count }
    return right.lexicographicallyPrecedes(left)
  }

  private static func significant(_ version: String) -> Substring.UTF8View? {
    let digits = version.utf8
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Substring(version).utf8.drop { $0 == UInt8(ascii: "0") }
  }
}
