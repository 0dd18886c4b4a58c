import Foundation

/// docs/runbook.md, as sections whose heading is words of the screen, each as `code`.
struct Runbook {
  struct Section {
    var words: [String]
    var text: String
  }

  let sections: [Section]
  let text: String

  static var root: String { String(#filePath.dropLast("/Tests/RunbookTests/Runbook.swift".count)) }

  init() throws {
    text = try String(contentsOfFile: Self.root + "/docs/runbook.md", encoding: .utf8)
    var sections: [Section] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("### ") {
        sections.append(Section(words: Self.code(in: line), text: ""))
      } else if line.hasPrefix("#") {
        // Belongs to no section, whatever stands below.
        sections.append(Section(words: [], text: ""))
      } else if !sections.isEmpty {
        sections[sections.count - 1].text += "\(line)\n"
      }
    }
    self.sections = sections.filter { !$0.words.isEmpty }
  }

  /// Spans of code, as CommonMark reads them: between two runs of as many backticks; a space on both sides is none of it.
  static func code(in line: some StringProtocol) -> [String] {
    var spans: [String] = []
    var rest = Substring(line)
    while let start = rest.firstIndex(of: "`") {
      let fence = rest[start...].prefix { $0 == "`" }
      let inner = rest[fence.endIndex...]
      guard let end = close(of: fence.count, in: inner) else { break }
      var span = inner[..<end]
      if span.hasPrefix(" "), span.hasSuffix(" "), span.count > 2 { span = span.dropFirst().dropLast() }
      spans.append(String(span))
      rest = inner[inner.index(end, offsetBy: fence.count)...]
    }
    return spans
  }

  private static func close(of count: Int, in text: Substring) -> Substring.Index? {
    var place = text.startIndex
    while let start = text[place...].firstIndex(of: "`") {
      let run = text[start...].prefix { $0 == "`" }
      if run.count == count { return start }
      place = run.endIndex
    }
    return nil
  }
}

extension String {
  /// Whether a text of the screen is these words with something in each place.
  func fits(_ text: String) -> Bool {
    let pieces = split(separator: "…", omittingEmptySubsequences: false)
    guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else { return self == text }
    guard text.hasPrefix(first) else { return false }
    var rest = text.dropFirst(first.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.range(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
