import ConsoleUI
import Testing

@Suite struct TextSearchTests {
  @Test(arguments: [
    ("Swift Test", "swift", true), ("swift", "TEST", false), ("the end", "END", true), ("Ärger", "ärg", true),
    ("ab", "abc", false), ("aab", "AAB", true), ("", "x", false), ("x", "", true),
  ])
  func lettersAreFoundInAnyCase(text: String, wanted: String, isFound: Bool) {
    #expect(TextSearch(wanted).isFound(in: text) == isFound)
  }

  @Test(arguments: [
    ("Month.swift", "swi", true), ("Month.swift", "onth", false), ("Month.swift", ".sw", true), ("a1", "1", false),
    ("monthly month", "month", true), ("bärgen", "gen", false), ("Bärgen", "ärg", false), ("x ärger", "ärg", true),
    ("über", "ber", false),
  ])
  func aWordIsFoundFromItsStartOn(text: String, wanted: String, isFound: Bool) {
    #expect(TextSearch(wanted).isFound(in: text) == isFound)
  }
}
