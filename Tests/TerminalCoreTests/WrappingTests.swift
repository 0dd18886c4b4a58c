import SeededNumbers
import TerminalCore
import Testing

struct WrappingTests {
  @Test("Lines break at spaces, and inside a word only where the word alone is too long")
  func words() {
    #expect("the quick brown fox".wrapped(toColumns: 10) == ["the quick", "brown fox"])
    #expect("abcdefghij kl".wrapped(toColumns: 4) == ["abcd", "efgh", "ij", "kl"])
    #expect("a\n\nb".wrapped(toColumns: 10) == ["a", "", "b"])
    #expect("".wrapped(toColumns: 10) == [""])
    #expect("  indented text".wrapped(toColumns: 10) == ["  indented", "text"])
    #expect("日本語日本".wrapped(toColumns: 5) == ["日本", "語日", "本"])
  }

  @Test("Any text keeps its words in order and fits, whatever the width")
  func property() {
    var random = SeededNumbers(11)
    for _ in 0..<500 {
      let alphabet = ["a", "bc", " ", "  ", "日", "é", "long-word-here", "👩‍💻", "\n"]
      let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }.joined()
      let limit = Int.random(in: 2...20, using: &random)
      let lines = text.wrapped(toColumns: limit)
      #expect(lines.allSatisfy { $0.columns <= limit }, "\(text.debugDescription) at \(limit): \(lines)")
      let kept = lines.joined().filter { $0 != " " }
      #expect(kept == text.filter { $0 != " " && $0 != "\n" }, "\(text.debugDescription) at \(limit): \(lines)")
    }
  }
}
