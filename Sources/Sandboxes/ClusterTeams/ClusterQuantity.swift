/// An amount as Kubernetes writes it, so that `1.5Gi` and `1536Mi` can be told to be the same.
package struct ClusterQuantity: Sendable, Hashable {
  /// In billionths.
  private let nano: Int128

  private static let factors: [String: Int128] = [
    "n": 1, "u": 1_000, "m": 1_000_000, "": unit, "k": 1_000 * unit, "M": 1_000_000 * unit,
    "G": 1_000_000_000 * unit, "T": 1_000_000_000_000 * unit, "P": 1_000_000_000_000_000 * unit,
    "E": 1_000_000_000_000_000_000 * unit, "Ki": unit << 10, "Mi": unit << 20, "Gi": unit << 30, "Ti": unit << 40,
    "Pi": unit << 50, "Ei": unit << 60,
  ]
  private static let unit: Int128 = 1_000_000_000

  /// `nil` for what is no quantity, or has an exponent or a sign.
  package init?(_ text: String) {
    let number = text.prefix { $0 == "." || ("0"..."9").contains($0) }
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : ""
    // Nothing is bounded more finely than this, and longer numbers could overflow.
    guard let whole = parts.first, fraction.count <= 9, whole.count + fraction.count <= 18,
      let digits = Int128(whole + fraction), let factor = Self.factors[String(text.dropFirst(number.count))]
    else { return nil }
    let scale = fraction.reduce(into: Int128(1)) { scale, _ in scale *= 10 }
    let (amount, isTooMuch) = digits.multipliedReportingOverflow(by: factor)
    guard !isTooMuch else { return nil }
    nano = (amount + scale - 1) / scale
  }
}
