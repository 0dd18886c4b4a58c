package import ControlModel

/// Objects as YAML of the kind that people write: blocks, and plain words where no reader can take them for anything but
/// text.
package enum ManifestText {
  package static func yaml(_ objects: [JSONObject]) -> String {
    objects.map { block(.object($0), indent: 0) }.joined(separator: "---\n")
  }

  /// Lines with their ends; `value` has something in it, or is written in one line.
  private static func block(_ value: JSONValue, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    switch value {
    case .object(let object) where !object.members.isEmpty:
      return object.members.map { member in margin + scalar(member.name) + ":" + tail(member.value, indent: indent) }
        .joined()
    case .array(let elements) where !elements.isEmpty:
      // An element's first line stands behind the dash, so the margin of its block is two deeper.
      return elements.map { margin + "- " + block($0, indent: indent + 2).dropFirst(indent + 2) }.joined()
    default: return margin + line(value) + "\n"
    }
  }

  /// What follows a member's colon.
  private static func tail(_ value: JSONValue, indent: Int) -> String {
    switch value {
    case .object(let object) where !object.members.isEmpty: "\n" + block(value, indent: indent + 2)
    case .array(let elements) where elements.allSatisfy(isShort): " " + line(value) + "\n"
    case .array: "\n" + block(value, indent: indent)
    default: " " + line(value) + "\n"
    }
  }

  private static func isShort(_ value: JSONValue) -> Bool {
    switch value {
    case .object, .array: false
    default: true
    }
  }

  private static func line(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): scalar(text)
    case .array(let elements): "[" + elements.map(line).joined(separator: ", ") + "]"
    default: value.text
    }
  }

  /// Plain only where YAML 1.1 and 1.2 agree that it is a text; JSON's quoting is YAML's otherwise.
  private static func scalar(_ text: String) -> String {
    isPlain(text) ? text : JSONValue.string(text).text
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "/"), !words.contains(text.lowercased())
    else { return false }
    return text.utf8.allSatisfy { byte in
      isLetter(byte) || (0x30...0x39).contains(byte) || "-./_".utf8.contains(byte)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

  /// Texts that some reader takes for something else.
  private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
}
