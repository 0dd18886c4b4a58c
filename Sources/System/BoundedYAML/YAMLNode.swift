/// One value of a YAML document. Aliases are resolved; a scalar keeps the text that stands there, and says on demand what
/// the core schema of YAML 1.2 makes of it.
package struct YAMLNode: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// Plain: neither quoted nor a block, nor tagged as a text.
    case scalar(String, isPlain: Bool)
    case list([YAMLNode])
    case map([Member])
  }

  package struct Member: Sendable, Hashable {
    package var name: String
    /// Of the name.
    package var line: Int?
    package var value: YAMLNode
  }

  package var content: Content
  /// From 1.
  package var line: Int?

  package var text: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  package var list: [YAMLNode]? {
    guard case .list(let nodes) = content else { return nil }
    return nodes
  }

  package var members: [Member]? {
    guard case .map(let members) = content else { return nil }
    return members
  }

  package subscript(_ name: String) -> YAMLNode? { members?.first { $0.name == name }?.value }

  package var meaning: YAMLMeaning? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    return isPlain ? YAMLMeaning(plain: text) : .text
  }

  package var isNull: Bool {
    guard case .scalar(let text, true) = content else { return false }
    return YAMLMeaning.nulls.contains(text)
  }

  package var flag: Bool? {
    guard case .flag(let flag)? = meaning else { return nil }
    return flag
  }

  package var integer: Int? {
    guard case .integer(let digits)? = meaning else { return nil }
    return Int(digits)
  }
}

/// What a plain scalar is by the core schema of YAML 1.2 (section 10.3.2). That of YAML 1.1 took `NO` for a flag, `1_000`
/// for a number and `12:30:45` for seconds.
package enum YAMLMeaning: Sendable, Hashable {
  case null
  case flag(Bool)
  /// In decimal digits, with a sign where it is negative.
  case integer(String)
  /// As JSON writes it.
  case number(String)
  case text

  static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]

  package init(plain text: String) {
    switch text {
    case _ where Self.nulls.contains(text): self = .null
    case "true", "True", "TRUE": self = .flag(true)
    case "false", "False", "FALSE": self = .flag(false)
    default: self = Self.number(text) ?? .text
    }
  }

  private static func number(_ text: String) -> YAMLMeaning? {
    if let match = text.wholeMatch(of: #/0o([0-7]+)/#) { return based(match.1, 8) }
    if let match = text.wholeMatch(of: #/0x([0-9a-fA-F]+)/#) { return based(match.1, 16) }
    if let match = text.wholeMatch(of: #/([-+]?)([0-9]+)/#) { return .integer(sign(match.1) + whole(match.2)) }
    guard let match = text.wholeMatch(of: #/([-+]?)([0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?/#) else { return nil }
    let fraction = (match.3 ?? "").dropFirst()
    // `.` and `.e3` have no digit.
    if match.2.isEmpty, fraction.isEmpty { return nil }
    return .number(
      sign(match.1) + whole(match.2) + (fraction.isEmpty ? "" : ".\(fraction)") + String(match.4 ?? ""))
  }

  /// What is beyond 64 bits is a text to everybody.
  private static func based(_ digits: Substring, _ radix: Int) -> YAMLMeaning {
    UInt64(digits, radix: radix).map { .integer(String($0)) } ?? .text
  }

  private static func sign(_ sign: Substring) -> String { sign == "-" ? "-" : "" }

  /// Without the zeros in front, which JSON does not know.
  private static func whole(_ digits: Substring) -> String {
    let significant = digits.drop { $0 == "0" }
    return significant.isEmpty ? "0" : String(significant)
  }
}
