import Yams

/// A file's mapping, read so that a key given twice costs no more than its first value.
struct YAMLDocument {
  let file: String
  private(set) var root: Node.Mapping?
  private(set) var warnings: [ConfigurationWarning] = []

  /// Put in front of a key that is given again further down; a private-use character, which no key has.
  private static let repeated: Character = "\u{E000}"

  init(file: String, text: String) {
    self.file = file
    var text = text
    // Every round takes one key away, and a file has no more keys than lines and commas.
    for _ in 0..<1000 {
      do {
        let node = try Yams.compose(yaml: text)
        root = node?.mapping
        if let node, node.mapping == nil, node.null == nil { warn("", "must be a mapping of keys to values") }
        return
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        warn(keys.joined(separator: ", "), "is given more than once (line \(context.mark.line)): the last one counts")
        guard let marked = Self.mark(text, line: context.mark.line, column: context.mark.column) else { return }
        text = marked
      } catch {
        warn("", Self.sentence(error))
        return
      }
    }
  }

  mutating func warn(_ key: String, _ reason: String) {
    warnings.append(ConfigurationWarning(file: file, key: key, reason: reason))
  }

  /// Entries with text keys. Keys are texts also where YAML would read a number or a truth value.
  mutating func entries(of mapping: Node.Mapping, at path: String) -> [(key: String, value: Node)] {
    var entries: [(key: String, value: Node)] = []
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        warn(path, "a key must be text")
        continue
      }
      if name.first != Self.repeated { entries.append((name, value)) }
    }
    return entries
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

  private static func sentence(_ error: any Error) -> String {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      "is not YAML: \(problem) (line \(mark.line), column \(mark.column))"
    case YamlError.reader(let problem, _, _, _): "is not YAML: \(problem)"
    default: "is not YAML"
    }
  }
}
