/// One pass over a text's bytes, which are valid UTF-8.
struct SanitizerRun {
  // Only used while the text's storage is borrowed, by the one caller in TextSanitizer.
  private let input: UnsafeBufferPointer<UInt8>
  private let keepsLines: Bool
  private let tabWidth: Int
  private var index = 0
  private(set) var output: [UInt8] = []
  private(set) var replaced = 0
  /// Columns since the beginning of the line, for tabs.
  private var column = 0
  /// The scalar that marks may combine with, and how many do.
  private var base: Unicode.Scalar?
  private var marks = 0
  private var previous: Unicode.Scalar?

  /// More marks than that on one base are of no script; ncurses shows four.
  private static let mostMarks = 4

  init(_ input: UnsafeBufferPointer<UInt8>, keepsLines: Bool, tabWidth: Int) {
    self.input = input
    self.keepsLines = keepsLines
    self.tabWidth = tabWidth
    output.reserveCapacity(input.count + input.count / 8)
  }

  mutating func run() {
    while index < input.count {
      let byte = input[index]
      if byte >= 0x20, byte < 0x7F {
        copyASCII()
      } else if byte < 0x80 {
        index += 1
        control(byte)
      } else {
        take(decode())
      }
    }
  }

  private mutating func copyASCII() {
    let start = index
    while index < input.count, input[index] >= 0x20, input[index] < 0x7F { index += 1 }
    output.append(contentsOf: input[start..<index])
    column += index - start
    base = Unicode.Scalar(input[index - 1])
    previous = base
    marks = 0
  }

  // MARK: Controls

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x0A: lineBreak()
    case 0x0D:
      if index < input.count, input[index] == 0x0A { index += 1 }
      lineBreak()
    case 0x09: tab()
    case 0x1B:
      if index < input.count, input[index] == 0x5B, skipColor(from: index + 1) { return }
      replace(by: 0x241B)
    case 0x7F: replace(by: 0x2421)
    default: replace(by: 0x2400 + UInt32(byte))
    }
  }

  private mutating func lineBreak() {
    if keepsLines {
      output.append(0x0A)
      column = 0
      base = nil
      previous = nil
    } else {
      append(0x240A, columns: 1)
    }
  }

  private mutating func tab() {
    let count = tabWidth - column % tabWidth
    output.append(contentsOf: repeatElement(0x20, count: count))
    column += count
    base = " "
    previous = base
    marks = 0
  }

  /// Passes over the rest of a control sequence that only sets colours or erases the rest of the line.
  private mutating func skipColor(from start: Int) -> Bool {
    var end = start
    // Numbers, ";" and ":"; a sequence longer than that is no colour.
    while end < input.count, end - start < 64, (0x30...0x3B).contains(input[end]) { end += 1 }
    guard end < input.count, input[end] == 0x6D || input[end] == 0x4B else { return false }
    index = end + 1
    return true
  }

  // MARK: Scalars

  private mutating func decode() -> UInt32 {
    let first = UInt32(input[index])
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = first & (0x7F >> UInt32(length))
    for offset in 1..<length where index + offset < input.count {
      value = value << 6 | UInt32(input[index + offset] & 0x3F)
    }
    index = min(index + length, input.count)
    return value
  }

  private mutating func take(_ value: UInt32) {
    if let columns = ScalarClass.columnsOfCommon(value) { return append(value, columns: columns) }
    switch ScalarClass(value) {
    case .text(let columns): append(value, columns: columns)
    case .mark: mark(value)
    case .joiner: join(value)
    case .emojiStyle:
      if previous?.widensAsEmoji == true { mark(value) } else { replaced += 1 }
    case .lineBreak: lineBreak()
    case .control:
      if value == 0x9B, skipColor(from: index) { return }
      replace(by: 0xFFFD)
    case .invisible: replaced += 1
    case .unsafe: replace(by: 0xFFFD)
    }
  }

  private mutating func append(_ value: UInt32, columns: Int) {
    encode(value)
    column += columns
    base = Unicode.Scalar(value)
    previous = base
    marks = 0
  }

  private mutating func mark(_ value: UInt32) {
    // Without a base of its own the mark would join whatever the screen shows before it.
    if base == nil { append(0x25CC, columns: 1) }
    guard marks < Self.mostMarks else {
      replaced += 1
      return
    }
    marks += 1
    encode(value)
    previous = Unicode.Scalar(value)
  }

  /// A joiner stays between pictographs; elsewhere it only hides differences.
  private mutating func join(_ value: UInt32) {
    let start = index
    guard base?.isPictograph == true, previous?.value != 0x200D, index < input.count, input[index] >= 0xE0 else {
      replaced += 1
      return
    }
    let next = Unicode.Scalar(decode())
    index = start
    if next?.isPictograph == true { mark(value) } else { replaced += 1 }
  }

  private mutating func replace(by value: UInt32) {
    append(value, columns: 1)
    replaced += 1
  }

  private mutating func encode(_ value: UInt32) {
    guard let scalar = Unicode.Scalar(value) else { return }
    output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }
}
