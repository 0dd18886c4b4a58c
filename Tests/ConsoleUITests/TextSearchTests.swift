import ConsoleUI
import Testing

@Suite struct TextSearchTests {
  @Test(arguments: [
    ("Swift Test", "swift", true), ("swift", "TEST", false), ("the end", "END", true), ("Ärger", "ärg", true),
    ("ab", "abc", false), ("aab", "AB", true), ("", "x", false), ("x", "", true),
  ])
  func lettersAreFoundInAnyCase(text: String, wanted: String, isFound: Bool) {
    #expect(TextSearch(wanted).isFound(in: text) == isFound)
  }
}
