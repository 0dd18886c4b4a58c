import TerminalCore
import Testing

struct WidthTests {
  /// As PyPI's wcwidth 0.7 (Unicode 17) counts them.
  static let samples: [(text: String, columns: Int)] = [
    ("hello", 5),
    ("\u{E9}", 1),
    ("e\u{301}", 1),
    ("\u{65E5}\u{672C}\u{8A9E}", 6),
    ("\u{D55C}\u{AE00}", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2),
    ("\u{FF46}\u{FF55}\u{FF4C}\u{FF4C}", 8),
    ("\u{FF8A}\u{FF9D}\u{FF76}\u{FF78}", 4),
    ("\u{2764}", 1),
    ("\u{2764}\u{FE0F}", 2),
    ("\u{2615}", 2),
    ("\u{1F44D}", 2),
    ("\u{1F44D}\u{1F3FD}", 2),
    ("\u{1F469}\u{200D}\u{1F4BB}", 2),
    ("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}", 2),
    ("\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}", 2),
    ("\u{1F1E9}\u{1F1EA}", 2),
    ("1\u{FE0F}\u{20E3}", 2),
    ("\u{2026}", 1),
    ("\u{2500}\u{2502}\u{250C}", 3),
    ("\u{25CF}\u{25CB}\u{25B8}\u{25BE}\u{2713}\u{2717}\u{26A0}", 7),
    ("\u{E44}\u{E17}\u{E22}", 3),
    ("\u{5E9}\u{5DC}\u{5D5}\u{5DD}", 4),
    ("a\u{300}\u{301}\u{302}", 1),
    ("\u{200B}", 0),
    ("\u{1FAE8}", 2),
    ("\u{20000}", 2),
    ("\u{20AC}", 1),
    ("\u{2192}", 1),
    ("\u{FF0C}", 2),
    ("\u{3007}", 2),
    ("\u{2460}", 1),
  ]

  @Test("Texts take the columns that wcwidth gives them", arguments: samples)
  func columns(text: String, columns: Int) {
    #expect(text.columns == columns)
    #expect(ScreenText(text).map { String($0.text) }.joined() == text)
  }

  @Test("Vowel signs that take a column of their own are pieces of their own, as terminals place them")
  func spacingMarks() {
    #expect(ScreenText("\u{915}\u{93E}").map(\.columns) == [1, 1])
  }

  @Test("A cut text never splits a wide character and never takes more columns than there are")
  func truncation() {
    #expect("日本語".truncated(toColumns: 6) == "日本語")
    #expect("日本語".truncated(toColumns: 5) == "日本…")
    #expect("日本語".truncated(toColumns: 4) == "日…")
    #expect("abc".truncated(toColumns: 0) == "")
    #expect("日本".fitted(toColumns: 3) == "日…")
    #expect("ab".fitted(toColumns: 4, alignment: .trailing) == "  ab")
  }
}
