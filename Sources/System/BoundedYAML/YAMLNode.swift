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

  /// Where a flag is wanted, the words of YAML 1.1 can mean nothing else: kubectl and former versions take them, too.
  package var flag: Bool? {
    guard case .scalar(let text, true) = content else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on", "y": return true
    case "false", "no", "off", "n": return false
    default: return nil
    }
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
    default: self = Self.numeral(text) ?? .text
    }
  }

  private static func numeral(_ text: String) -> YAMLMeaning? {
    let bytes = Array(text.utf8)
    if bytes.starts(with: "0o".utf8) { return based(text.dropFirst(2), 8) }
    if bytes.starts(with: "0x".utf8) { return based(text.dropFirst(2), 16) }
    var rest = bytes[...]
    let sign = rest.first == UInt8(ascii: "-") ? "-" : ""
    if let first = rest.first, "+-".utf8.contains(first) { rest = rest.dropFirst() }
    let whole = takeDigits(&rest)
    var fraction: String?
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits(&rest)
    }
    // `.` and `.e3` have no digit.
    guard !whole.isEmpty || fraction?.isEmpty == false else { return nil }
    let exponent = takeExponent(&rest)
    guard rest.isEmpty else { return nil }
    // Without the zeros in front, which JSON does not know.
    let significant = whole.drop { $0 == "0" }
    let digits = sign + (significant.isEmpty ? "0" : significant)
    if fraction == nil, exponent.isEmpty { return .integer(digits) }
    return .number(digits + (fraction.map { $0.isEmpty ? "" : ".\($0)" } ?? "") + exponent)
  }

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> String {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest.dropFirst(digits.count)
    return String(decoding: digits, as: UTF8.self)
  }

  /// `e+3`; nothing where it is none.
  private static func takeExponent(_ rest: inout ArraySlice<UInt8>) -> String {
    guard let mark = rest.first, "eE".utf8.contains(mark) else { return "" }
    var after = rest.dropFirst()
    let sign = after.prefix { "+-".utf8.contains($0) }.prefix(1)
    after = after.dropFirst(sign.count)
    let digits = takeDigits(&after)
    guard !digits.isEmpty else { return "" }
    rest = after
    return String(decoding: [mark] + sign, as: UTF8.self) + digits
  }

  /// What is beyond 64 bits is a text to everybody.
  private static func based(_ digits: Substring, _ radix: Int) -> YAMLMeaning? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else {
      return nil
    }
    return UInt64(digits, radix: radix).map { .integer(String($0)) }
  }
}
