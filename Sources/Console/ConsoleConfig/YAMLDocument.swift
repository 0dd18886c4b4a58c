import BoundedYAML

/// A file's mapping, read so that a key given twice costs no more than its first value.
struct YAMLDocument {
  let file: String
  private(set) var root: [YAMLNode.Member]?
  private(set) var warnings: [ConfigurationWarning] = []

  /// Put in front of a key that is given again further down; a private-use character, which no key has.
  private static let repeated: Character = "\u{E000}"

  init(file: String, text: String) {
    self.file = file
    var text = text
    // Every round takes one key away; who gives as many twice knows what to look for.
    for _ in 0..<100 {
      do {
        let node = try YAMLDocuments.readOne(text)
        root = node?.members
        if let node, node.members == nil, !node.isNull { warn("", "must be a mapping of keys to values") }
        return
      } catch {
        guard let marked = tolerate(error, in: text) else { return }
        text = marked
      }
    }
  }

  /// The text without a key that is given twice; `nil` where it cannot be read at all.
  private mutating func tolerate(_ problem: YAMLProblem, in text: String) -> String? {
    guard !problem.repeatedKeys.isEmpty, let line = problem.line, let column = problem.column else {
      let place = problem.line.map { " (line \($0)\(problem.column.map { ", column \($0)" } ?? ""))" } ?? ""
      warn("", problem.problem + place)
      return nil
    }
    let keys = problem.repeatedKeys.joined(separator: ", ")
    warn(keys, "is given more than once (line \(line)): the last one counts")
    return Self.mark(text, line: line, column: column)
  }

  mutating func warn(_ key: String, _ reason: String) {
    warnings.append(ConfigurationWarning(file: file, key: key, reason: reason))
  }

  /// Keys are texts also where YAML would read a number or a truth value.
  func entries(of mapping: [YAMLNode.Member]) -> [(key: String, value: YAMLNode)] {
    mapping.filter { $0.name.first != Self.repeated }.map { ($0.name, $0.value) }
  }

  private static func mark(_ text: String, line: Int, column: Int) -> String? {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.indices.contains(line - 1) else { return nil }
    var scalars = Array(lines[line - 1].unicodeScalars)
    var place = column - 1
    guard scalars.indices.contains(place) else { return nil }
    if scalars[place] == "\"" || scalars[place] == "'" { place += 1 }
    scalars.insert(contentsOf: String(repeated).unicodeScalars, at: place)
    var marked = String.UnicodeScalarView()
    marked.append(contentsOf: scalars)
    lines[line - 1] = String(marked)
    return lines.joined(separator: "\n")
  }
}
