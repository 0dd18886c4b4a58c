import SeededNumbers

/// Makes inputs that nobody would write of ones that somebody did.
struct Mutator {
  private var random: SeededNumbers
  private let samples: [[UInt8]]

  /// Whatever breaks counting, and what breaks words.
  private static let words = [
    "0", "-0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616",
    "1e308", "-1e308", "1e400", "1e-400", "0.5", "1000000000001", "999999999999", "9007199254740993", "1e18",
    "2147483648", "-2147483649", "NaN", "nan", "inf", ".inf", "0x7FFFFFFFFFFFFFFF", "0o17", "1_000",
    "99999999999999999999999999999999", "null", "true", "[]", "{}", #""""#, #""\u0000""#, "512m", "9999999Pi",
    "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "1970-01-01T00:00:00-99:99", "12:59:59:59", "*a", "&a", "<<",
    "\u{0}", "\u{E000}", "\u{FEFF}", "\u{2028}", "\u{D}", "!!str ", "!x ", "%TAG ! a\n", "---\n", "? ", "| ", ">-\n",
    "\u{1F600}\u{301}", "- ", ": ", "\n",
  ].map { Array($0.utf8) }

  init(seed: UInt64, samples: [String]) {
    random = SeededNumbers(seed)
    self.samples = samples.map { Array($0.utf8) }
  }

  mutating func next() -> [UInt8] {
    var text = any(samples)
    for _ in 0..<Int.random(in: 1...5, using: &random) { mutate(&text) }
    return text
  }

  private mutating func mutate(_ text: inout [UInt8]) {
    switch Int.random(in: 0..<10, using: &random) {
    case 0...3: replaceNumber(in: &text)
    case 4: text.insert(contentsOf: any(Self.words), at: place(in: text))
    case 5: text.removeSubrange(range(in: text))
    case 6: text.insert(contentsOf: text[range(in: text)], at: place(in: text))
    case 7: bloat(&text)
    case 8: text += any(samples)
    default:
      guard let place = text.indices.randomElement(using: &random) else { return }
      text[place] = UInt8.random(in: 0 ... .max, using: &random)
    }
  }

  /// What is long, or deep, or there many times.
  private mutating func bloat(_ text: inout [UInt8]) {
    let openers = ["[", "{\"a\":", "- ", "? ", "&a [", "[*a,", "a: ", "{a: ", "\"", "\\u00", "\u{301}"].map {
      Array($0.utf8)
    }
    let piece = Bool.random(using: &random) ? any(openers) : Array(text[range(in: text)])
    let count = [2, 50, 300, 1_100, 5_000].randomElement(using: &random) ?? 2
    guard text.count + piece.count * count < Self.longest else { return }
    text.insert(contentsOf: repeatElement(piece, count: count).joined(), at: place(in: text))
  }

  /// Bytes of an input: readers that take more are told so elsewhere.
  private static let longest = 200_000

  /// Most of what can overflow stands where a number stood.
  private mutating func replaceNumber(in text: inout [UInt8]) {
    let start = place(in: text)
    guard let first = text[start...].firstIndex(where: Self.isDigit) ?? text.firstIndex(where: Self.isDigit) else {
      return
    }
    let end = text[first...].firstIndex { !Self.isDigit($0) } ?? text.endIndex
    text.replaceSubrange(first..<end, with: any(Self.words))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private mutating func any(_ choices: [[UInt8]]) -> [UInt8] { choices.randomElement(using: &random) ?? [] }

  private mutating func place(in text: [UInt8]) -> Int { Int.random(in: 0...text.count, using: &random) }

  private mutating func range(in text: [UInt8]) -> Range<Int> {
    let start = place(in: text)
    return start..<min(text.count, start + Int.random(in: 0...64, using: &random))
  }
}
