/// What the API calls one kind of object, in the spelling of its reference.
package struct ResourceType: Sendable, Hashable {
  /// Empty for the core group.
  package var group: String
  package var version: String
  package var kind: String
  /// As it stands in paths and in roles.
  package var plural: String
  package var isNamespaced: Bool

  package init(group: String, version: String, kind: String, plural: String, isNamespaced: Bool = true) {
    self.group = group
    self.version = version
    self.kind = kind
    self.plural = plural
    self.isNamespaced = isNamespaced
  }

  /// `v1`, `apps/v1`.
  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// The path of the collection: of one namespace, or of all for `nil`.
  package func path(namespace: String?) -> String {
    let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    guard isNamespaced, let namespace else { return "\(root)/\(plural)" }
    return "\(root)/namespaces/\(percentEncoded(namespace))/\(plural)"
  }

  package func path(namespace: String?, name: String) -> String {
    "\(path(namespace: namespace))/\(percentEncoded(name))"
  }
}

/// For one segment of a path or one value of a query (RFC 3986, section 2.3).
func percentEncoded(_ text: String) -> String {
  let hex = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(byte)
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): bytes.append(byte)
    default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
