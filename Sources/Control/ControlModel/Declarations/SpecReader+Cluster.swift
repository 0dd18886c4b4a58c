/// Words that a cluster has rules for. A Sandbox takes any, and no pod comes of a wrong one: its controller fails over it for
/// ever, long after the declaration was taken in.
extension SpecReader {
  /// Of an object.
  mutating func clusterName(_ name: String) throws(ControlFailure) -> String? {
    let text = try string(name)
    try check(name, member(name), text, ClusterWord.isSubdomain, ClusterWord.aSubdomain)
    return text
  }

  mutating func clusterNames(_ name: String) throws(ControlFailure) -> [String]? {
    guard let texts = try strings(name), let elements = member(name)?.list else { return nil }
    for (index, text) in texts.enumerated() {
      try check("\(name)[\(index)]", elements[index], text, ClusterWord.isSubdomain, ClusterWord.aSubdomain)
    }
    return texts
  }

  mutating func labels(_ name: String) throws(ControlFailure) -> [String: String]? {
    let map = try stringMap(name)
    for member in member(name)?.members ?? [] {
      try check(name, member.value, member.name, ClusterWord.isLabelName, "a map with \(ClusterWord.labelNames)")
      try check("\(name).\(member.name)", member.value, member.value.text, ClusterWord.isLabelValue, ClusterWord.aValue)
    }
    return map
  }

  mutating func labelName(_ name: String) throws(ControlFailure) -> String? {
    let text = try string(name)
    try check(
      name, member(name), text, { $0.isEmpty || ClusterWord.isLabelName($0) }, "one of \(ClusterWord.labelNames)")
    return text
  }

  mutating func labelValue(_ name: String) throws(ControlFailure) -> String? {
    let text = try string(name)
    try check(name, member(name), text, ClusterWord.isLabelValue, ClusterWord.aValue)
    return text
  }

  /// What else a reference is, the node says that pulls it.
  mutating func image(_ name: String) throws(ControlFailure) -> String? {
    let text = try string(name)
    let isReference = { (text: String) in !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
    try check(name, member(name), text, isReference, "an image such as registry.example/agent:1")
    return text
  }

  /// What was taken in before stays readable.
  private func check(
    _ name: String, _ value: DeclaredValue?, _ text: String?, _ isRight: (String) -> Bool, _ expected: String
  ) throws(ControlFailure) {
    guard !isStored, let value, let text, !isRight(text) else { return }
    throw wrong(name, value, expected, found: VariableRule.isPrintable(text) ? text : nil)
  }
}

/// As Kubernetes' own validation has them.
enum ClusterWord {
  static let aSubdomain = "a name of lower-case letters, digits, '-' and '.'"
  static let labelNames = "the names of labels such as disk or example.com/disk"
  static let aValue = "a label's value: at most 63 letters, digits, '-', '_' and '.', with no sign at either end"

  /// RFC 1123.
  static func isSubdomain(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253 && parts.allSatisfy { isWord($0, signs: "-") && !$0.utf8.contains(where: isCapital) }
  }

  static func isLabelName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.last, name.utf8.count <= 63, isWord(name, signs: "-_.") else { return false }
    return parts.count == 1 || isSubdomain(String(parts[0]))
  }

  static func isLabelValue(_ text: String) -> Bool {
    text.isEmpty || text.utf8.count <= 63 && isWord(text[...], signs: "-_.")
  }

  /// Letters, digits, and signs between them.
  private static func isWord(_ text: Substring, signs: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last) else {
      return false
    }
    return text.utf8.allSatisfy { isAlphanumeric($0) || signs.utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || isCapital(byte)
  }

  private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}
