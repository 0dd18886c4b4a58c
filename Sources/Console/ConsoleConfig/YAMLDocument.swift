import BoundedYAML

/// A file's mapping, read so that a key given twice costs no more than its first value.
struct YAMLDocument {
  let file: String
  private(set) var root: [YAMLNode.Member]?
  private(set) var warnings: [ConfigurationWarning] = []

  /// Nobody reads more of them.
  private static let mostWarnings = 1_000

  init(file: String, text: String) {
    self.file = file
    do {
      let node = try YAMLDocuments.readOne(text, keepsRepeated: true)
      root = node?.members
      if let node, node.members == nil, !node.isNull { warn("", "must be a mapping of keys to values") }
    } catch {
      let column = error.column.map { ", column \($0)" } ?? ""
      warn("", error.problem + (error.line.map { " (line \($0)\(column))" } ?? ""))
    }
  }

  mutating func warn(_ key: String, _ reason: String) {
    guard warnings.count < Self.mostWarnings else { return }
    warnings.append(ConfigurationWarning(file: file, key: key, reason: reason))
  }

  /// Keys are texts also where YAML would read a number or a truth value; of one that is given twice the last counts.
  mutating func entries(of mapping: [YAMLNode.Member]) -> [(key: String, value: YAMLNode)] {
    let last = Dictionary(mapping.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: max)
    var entries: [(key: String, value: YAMLNode)] = []
    for (index, member) in mapping.enumerated() {
      if last[member.name] == index {
        entries.append((member.name, member.value))
      } else {
        let line = member.line.map { " (line \($0))" } ?? ""
        warn(member.name, "is given more than once\(line): the last one counts")
      }
    }
    return entries
  }
}
