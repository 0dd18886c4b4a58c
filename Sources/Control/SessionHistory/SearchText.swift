/// A query as people type it, made to fit how events are indexed: punctuation parts words there, so `Month.swift` is
/// looked for as the phrase "Month swift". Quotes, `or` and a `-` before a word keep their meaning.
struct SearchText {
  private(set) var normalized = ""
  /// The words that a hit may hold, in lower case, for finding the place to show.
  private(set) var marks: [String] = []

  init(_ text: String) {
    var parts: [String] = []
    for (index, piece) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if index.isMultiple(of: 2) {
        for term in piece.split(whereSeparator: \.isWhitespace) { add(String(term), to: &parts) }
      } else {
        addPhrase(String(piece), isExcluded: text.isExcluded(before: piece.startIndex), to: &parts)
      }
    }
    normalized = parts.joined(separator: " ")
  }

  private mutating func add(_ term: String, to parts: inout [String]) {
    if term.lowercased() == "or" { return parts.append("or") }
    addPhrase(term, isExcluded: term.first == "-" && term.count > 1, to: &parts)
  }

  private mutating func addPhrase(_ phrase: String, isExcluded: Bool, to parts: inout [String]) {
    let words = phrase.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    guard !words.isEmpty else { return }
    if !isExcluded { marks += words.map { $0.lowercased() } }
    parts.append((isExcluded ? "-" : "") + (words.count == 1 ? words[0] : "\"\(words.joined(separator: " "))\""))
  }
}

extension String {
  /// The quotation mark before that place has a `-` before it.
  fileprivate func isExcluded(before place: Index) -> Bool {
    self[..<place].dropLast().last == "-"
  }
}
