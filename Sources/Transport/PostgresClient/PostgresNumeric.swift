/// A `numeric` as exact decimal digits. On the wire: digit count, weight, sign and scale in 16 bits each, then digits to
/// the base 10000; the first digit counts 10000 to the power of the weight.
struct PostgresNumeric: CustomStringConvertible {
  let description: String

  init?(_ cell: BinaryCell) {
    guard cell.type == TypeID.numeric, let count = cell.number(Int16.self, at: 0),
      let weight = cell.number(Int16.self, at: 2), let sign = cell.number(UInt16.self, at: 4),
      let scale = cell.number(Int16.self, at: 6), count >= 0, cell.bytes.count == 8 + 2 * Int(count)
    else { return nil }
    let digits = (0..<Int(count)).compactMap { cell.number(Int16.self, at: 8 + 2 * $0) }
    switch sign {
    case 0x0000: description = Self.text(digits, weight: Int(weight), scale: Int(scale))
    case 0x4000: description = "-" + Self.text(digits, weight: Int(weight), scale: Int(scale))
    case 0xC000: description = "NaN"
    case 0xD000: description = "Infinity"
    case 0xF000: description = "-Infinity"
    default: return nil
    }
  }

  private static func text(_ digits: [Int16], weight: Int, scale: Int) -> String {
    func group(_ power: Int) -> String {
      let index = weight - power
      let digit = String(digits.indices.contains(index) ? digits[index] : 0)
      return String(repeating: "0", count: max(0, 4 - digit.count)) + digit
    }
    let scale = max(0, scale)
    let whole = weight < 0 ? "" : (0...weight).reversed().map(group).joined()
    let trimmed = whole.drop { $0 == "0" }
    let fraction = (0..<(scale + 3) / 4).map { group(-1 - $0) }.joined().prefix(scale)
    return (trimmed.isEmpty ? "0" : String(trimmed)) + (scale > 0 ? "." + fraction : "")
  }
}
