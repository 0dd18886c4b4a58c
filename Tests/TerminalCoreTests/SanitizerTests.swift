import SeededNumbers
import Testing

@testable import TerminalCore

struct SanitizerTests {
  @Test(
    "Colours vanish, other sequences become visible",
    arguments: [
      ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}[38:5:1mx\u{1B}[K", "x"), ("\u{1B}[2Jx", "␛[2Jx"),
      ("\u{1B}]0;title\u{07}", "␛]0;title␇"), ("\u{9B}31mx", "x"), ("\u{9B}2Jx", "\u{FFFD}2Jx"),
      ("\u{1B}", "␛"), ("\u{1B}[", "␛["), ("a\u{7F}\u{0}b", "a␡␀b"), ("\u{90}x", "\u{FFFD}x"),
    ])
  func sequences(input: String, output: String) {
    #expect(TextSanitizer.multiLine(input) == output)
  }

  @Test("Line breaks of all kinds stay as line feeds, or become one visible mark")
  func lines() {
    #expect(TextSanitizer.multiLine("a\r\nb\rc\u{2028}d\u{85}e") == "a\nb\nc\nd\ne")
    #expect(TextSanitizer.singleLine("a\r\nb\tc") == "a␊b c")
  }

  @Test("Tabs reach the next stop")
  func tabs() {
    #expect(TextSanitizer.multiLine("\ta\tb\n日\tc", tabWidth: 4) == "    a   b\n日  c")
  }

  @Test("What hides or turns text is left out or shown")
  func invisible() {
    #expect(TextSanitizer.singleLine("pay\u{202E}lap\u{200B}\u{FEFF}\u{AD}\u{E0041}") == "pay\u{FFFD}lap")
    #expect(TextSanitizer.singleLine("a\u{200D}b\u{E000}\u{3164}") == "ab\u{FFFD}\u{FFFD}")
    #expect(TextSanitizer.singleLine("\u{301}x") == "◌\u{301}x")
    let zalgo = "a" + String(repeating: "\u{301}", count: 1000)
    #expect(TextSanitizer.sanitize(zalgo, keepsLines: true).replaced == 996)
  }

  @Test(
    "Ordinary text stays as it is",
    arguments: [
      "plain", "naïve café", "日本語 한글", "👩‍💻 👨‍👩‍👧 🏳️‍🌈 ❤️ 🇩🇪 👍🏽", "ไทย हिन्दी עברית العربية", "─│┌ ● ✓",
    ])
  func ordinary(text: String) {
    let result = TextSanitizer.sanitize(text, keepsLines: true)
    #expect(result.text == text)
    #expect(result.replaced == 0)
  }

  @Test("A scalar that is kept is the one that the sanitiser leaves alone")
  func kept() {
    var random = SeededNumbers(11)
    for _ in 0..<50_000 {
      guard let scalar = Unicode.Scalar(UInt32.random(in: 0...0x2FFFF, using: &random)) else { continue }
      let text = "a" + String(Character(scalar))
      #expect(TextSanitizer.keeps(scalar) == (TextSanitizer.singleLine(text) == text), "\(scalar.value)")
    }
  }

  @Test("What is copied sets the clipboard to text without control characters")
  func clipboard() {
    var random = SeededNumbers(3)
    for _ in 0..<500 {
      let text = Self.hostileText(&random)
      for insideTmux in [false, true] {
        let bytes = ClipboardSequence.bytes(for: text, insideTmux: insideTmux) ?? []
        let body = ClipboardSequence.base64(Array(TextSanitizer.multiLine(text).utf8))
        #expect(String(decoding: bytes, as: UTF8.self).contains("]52;c;\(body)\u{07}"))
      }
    }
    #expect(TextSanitizer.multiLine("a\u{1B}[2J\u{9B}mb\r\nc\u{202E}") == "a␛[2Jb\nc\u{FFFD}")
  }

  @Test("No bytes whatever yield a control character, endless growth, or a text that changes once more")
  func property() {
    var random = SeededNumbers(2026)
    for round in 0..<20_000 {
      let text = Self.hostileText(&random)
      let keepsLines = round % 2 == 0
      let output = TextSanitizer.sanitize(text, keepsLines: keepsLines, tabWidth: 3).text
      for scalar in output.unicodeScalars {
        let isLineFeed = scalar == "\n" && keepsLines
        let category = scalar.properties.generalCategory
        #expect(isLineFeed || (category != .control && category != .lineSeparator), "\(Array(text.utf8))")
        #expect(!(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value))
      }
      #expect(output.utf8.count <= 3 * text.utf8.count, "\(Array(text.utf8))")
      #expect(
        TextSanitizer.sanitize(output, keepsLines: keepsLines, tabWidth: 3).text == output, "\(Array(text.utf8))")
    }
  }

  @Test("What was sanitised takes on a surface exactly the columns that were counted")
  func columnsAgree() {
    var random = SeededNumbers(7)
    for _ in 0..<5000 {
      let text = TextSanitizer.singleLine(Self.hostileText(&random))
      var surface = Surface(size: Size(columns: 400, rows: 1))
      #expect(surface.write(text, at: .zero) == text.columns)
    }
  }

  /// Bytes with a liking for what terminals obey, decoded as a program's output is.
  private static func hostileText(_ random: inout SeededNumbers) -> String {
    let fragments: [[UInt8]] = [
      [0x1B], [0x5B], [0x9B], [0xC2, 0x9B], [0x5D], [0x07], [0x6D], [0x3B], [0x0D], [0x0A], [0x09], [0x7F],
      Array("\u{202E}".utf8), Array("\u{200D}".utf8), Array("\u{FE0F}".utf8), Array("\u{301}".utf8),
      Array("👩".utf8), Array("日".utf8), Array("\u{2028}".utf8), Array("🇩".utf8), Array("\u{E0041}".utf8),
    ]
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...24, using: &random) {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.append(UInt8.random(in: 0...255, using: &random))
      case 1:
        let value = UInt32.random(in: 0...0x10FFFF, using: &random)
        if let scalar = Unicode.Scalar(value) { bytes += Array(String(Character(scalar)).utf8) }
      default: bytes += fragments[Int.random(in: 0..<fragments.count, using: &random)]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
