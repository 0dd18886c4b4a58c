package import HTTPTransport

/// Whom a user acts as, where the cluster's roles let it.
package struct Impersonation: Sendable, Hashable {
  package var user: String?
  package var uid: String?
  package var groups: [String] = []
  /// Sorted by name: the same requests are made of the same file.
  package var extra: [Extra] = []

  package struct Extra: Sendable, Hashable {
    package var name: String
    package var values: [String]
  }

  package init() {}

  init(_ node: ConfigurationNode) throws(KubernetesError) {
    user = try node.text("as")
    uid = try node.text("as-uid")
    groups = try node.texts("as-groups")
    extra = try node.textLists("as-user-extra").map { Extra(name: $0.name, values: $0.texts) }
      .sorted { $0.name < $1.name }
    guard user != nil || (uid == nil && groups.isEmpty && extra.isEmpty) else {
      throw node.place.failure("as", "is missing, and whom its group, uid or extra belong to is not said")
    }
  }

  package var headers: HTTPHeaders {
    var headers: HTTPHeaders = [:]
    guard let user else { return headers }
    headers.append("Impersonate-User", user)
    if let uid { headers.append("Impersonate-Uid", uid) }
    for group in groups { headers.append("Impersonate-Group", group) }
    for extra in extra {
      for value in extra.values { headers.append("Impersonate-Extra-\(Self.escaped(extra.name))", value) }
    }
    return headers
  }

  /// What a header's name cannot bear is percent-encoded, as the API server expects it.
  private static func escaped(_ name: String) -> String {
    let legal = Set("!#$&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    return name.lowercased().utf8.reduce(into: "") { text, byte in
      if legal.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}
