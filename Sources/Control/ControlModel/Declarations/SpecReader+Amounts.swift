extension SpecReader {
  /// Processors: `2`, `0.5`, `500m`.
  mutating func processors(_ name: String) throws(ControlFailure) -> ProcessorCount? {
    try amount(name, QuantityText.units + ["m": 0.001], "a number of processors such as 2, 0.5 or 500m")
  }

  /// Bytes: `512Mi`, `1Gi`, `200M`, `1073741824`.
  mutating func bytes(_ name: String, atLeast least: ByteSize = 1) throws(ControlFailure) -> ByteSize? {
    let expected = "a size of at least one byte such as 512Mi or 1Gi"
    if let value = member(name), !isStored, let text = value.text, text.hasSuffix("m") {
      throw wrong(
        name, value, expected, found: text,
        hint: "As in Kubernetes, m means thousandths: write \(text.dropLast())Mi.")
    }
    let size: ByteSize? = try amount(name, QuantityText.units + ["m": 0.001], expected, rounded: .up)
    guard !isStored, let size, size < least, let value = member(name) else { return size }
    throw wrong(
      name, value, "at least \(least) bytes (\(least.written { DiskSize(steps: $0) })): nothing starts in less",
      found: value.text)
  }

  /// A whole number, since nobody has half a process.
  mutating func whole<Unit>(
    _ name: String, _ expected: String, atLeast least: Double = 0, as: Amount<Unit>.Type = Amount<Unit>.self
  ) throws(ControlFailure) -> Amount<Unit>? {
    guard let value = member(name) else { return nil }
    if !isStored {
      guard let number = value.text.flatMap({ QuantityText.value($0, ["k": 1000, "": 1]) }),
        number == number.rounded(), number >= least
      else { throw wrong(name, value, expected, found: value.text) }
    }
    return try amount(name, ["k": 1000, "": 1], expected)
  }

  mutating func dollars(_ name: String) throws(ControlFailure) -> USD? {
    try amount(name, ["": 1], "an amount of US dollars such as 5 or 0.50")
  }

  /// Seconds: what a clock of the core tells apart from nothing.
  private static let leastDuration = 0.001

  /// Seconds, or a text such as `90s`, `30m`, `2h`.
  mutating func duration(_ name: String) throws(ControlFailure) -> Double? {
    guard let value = member(name) else { return nil }
    let seconds = value.text.flatMap { QuantityText.value($0, ["s": 1, "m": 60, "h": 3600, "d": 86_400, "": 1]) }
    guard let seconds, seconds > 0, seconds < 1e9, isStored || seconds >= Self.leastDuration else {
      throw wrong(name, value, "a duration such as 90s, 30m or 2h", found: value.text)
    }
    return seconds
  }

  /// In what a former version took in, a number beyond the bounds is the nearest within them.
  private mutating func amount<Unit>(
    _ name: String, _ units: [String: Double], _ expected: String, rounded rule: FloatingPointRoundingRule? = nil
  ) throws(ControlFailure) -> Amount<Unit>? {
    guard let value = member(name) else { return nil }
    let number = value.text.flatMap { QuantityText.value($0, units) }
    guard let number, number.isFinite, number >= 0 else { throw wrong(name, value, expected, found: value.text) }
    let steps = number * Double(Unit.scale)
    // A decimal is seldom a sum of halves: what was written is the nearest step, and is read back as it was.
    let whole = steps.rounded(rule ?? .toNearestOrAwayFromZero)
    if isStored { return Amount(stored: JSONValue(whole)) }
    guard let amount = Amount<Unit>(claimedSteps: whole) else {
      let bounds = "from \(Amount<Unit>(steps: 0)) to \(Amount<Unit>(steps: Int64.max))"
      throw wrong(name, value, "\(expected), \(bounds)", found: value.text)
    }
    // Somebody who writes a little does not mean nothing.
    guard whole > 0 || QuantityText.saysNothing(value.text) else {
      let least = Unit.scale == 1 ? "1" : "one part in \(Unit.scale)"
      throw wrong(name, value, "\(expected), no less than \(least) unless it is 0", found: value.text)
    }
    return amount
  }
}

extension [String: Double] {
  fileprivate static func + (left: Self, right: Self) -> Self { left.merging(right) { $1 } }
}

/// A decimal number with a unit behind it. Other notations of numbers (hexadecimal, `inf`, `nan`) are none.
enum QuantityText {
  static let units: [String: Double] = [
    "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824,
    "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
  ]

  private static let maximumLength = 40

  static func value(_ text: String, _ units: [String: Double]) -> Double? {
    guard text.utf8.count <= maximumLength else { return nil }
    let unit = String(text.reversed().prefix { $0.isASCII && $0.isLetter }.reversed())
    let digits = text.dropLast(unit.count)
    guard let factor = units[unit], let first = digits.utf8.first, isDecimal(first), digits.utf8.allSatisfy(isPart)
    else {
      return nil
    }
    return Double(digits).map { $0 * factor }
  }

  /// `0`, `0.00`, `0e5`; not `1e-400`, which is too little for a number, but is some.
  static func saysNothing(_ text: String?) -> Bool {
    let digits = (text ?? "").utf8.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
    return !digits.contains { (0x31...0x39).contains($0) }
  }

  private static func isDecimal(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || "+-.".utf8.contains(byte) }

  private static func isPart(_ byte: UInt8) -> Bool { isDecimal(byte) || "eE".utf8.contains(byte) }
}
