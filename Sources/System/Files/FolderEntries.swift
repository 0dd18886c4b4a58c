/// The names in a folder. The kernel takes any bytes for a name but `/` and NUL; text are those that are UTF-8.
package struct FolderEntries: Sendable {
  package private(set) var names: [String] = []
  /// What no text can name: told of, not opened.
  package private(set) var unnamed: [Unnamed] = []

  package struct Unnamed: Sendable, Hashable {
    /// With `\xFF` for each byte that is part of no character.
    package let text: String
    package let mayBeFolder: Bool
  }

  mutating func add(_ bytes: [UInt8], mayBeFolder: Bool) {
    if let name = String(validating: bytes, as: UTF8.self) {
      names.append(name)
    } else {
      unnamed.append(Unnamed(text: escapedText(of: bytes), mayBeFolder: mayBeFolder))
    }
  }

  func sorted() -> FolderEntries {
    var entries = self
    entries.names.sort()
    entries.unnamed.sort { $0.text < $1.text }
    return entries
  }
}

/// Bytes as text for people: those beyond ASCII that make no character stand as `\xFF`.
package func escapedText(of bytes: some Collection<UInt8>) -> String {
  var text = ""
  var rest = bytes[...]
  while !rest.isEmpty {
    // The longest beginning that is one character's bytes; four at the most.
    let length = (1...4).first { $0 <= rest.count && String(validating: rest.prefix($0), as: UTF8.self) != nil }
    if let length {
      text += String(decoding: rest.prefix(length), as: UTF8.self)
      rest = rest.dropFirst(length)
    } else if let byte = rest.popFirst() {
      text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }
  return text
}
