/// Where a repository is, understood before git is: what git itself would make of a text depends on what lies around.
package enum RepositoryAddress: Sendable, Hashable {
  /// An absolute path on the machine that the sandbox is on.
  case local(path: String)
  /// `url` holds no name and no password: those are `credentials`.
  case remote(url: String, credentials: Credentials?)

  /// What stood before the host. Never a part of a command line, which everybody on a machine can read.
  package struct Credentials: Sendable, Hashable {
    package var user: String
    package var password: String

    package init(user: String, password: String) {
      self.user = user
      self.password = password
    }
  }

  /// What no address looks like, as the rest of a sentence: nothing of the text is repeated in it.
  package struct Problem: Error, Sendable, Hashable {
    package let words: String

    package static let hint =
      "Write an absolute path, https://HOST/PATH, ssh://HOST/PATH, git://HOST/PATH or USER@HOST:PATH."
  }

  package init(_ text: String) throws(ControlFailure) {
    do throws(Problem) { self = try Self(parsing: text) } catch {
      throw ControlFailure(
        .invalidArgument, SessionReason.repository.told(error.words), hint: Problem.hint)
    }
  }

  package init(parsing text: String) throws(Problem) {
    guard !text.hasPrefix("-"), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) || Self.isPlainPath(text) else {
      throw Self.refusal("holds characters that no address has")
    }
    if text.hasPrefix("/") {
      self = .local(path: text)
    } else if let mark = text.firstRange(of: "://") {
      self = try Self.url(scheme: text[..<mark.lowerBound].lowercased(), rest: text[mark.upperBound...])
    } else {
      self = try Self.hostAndPath(text)
    }
  }

  /// Paths may have spaces.
  private static func isPlainPath(_ text: String) -> Bool {
    text.hasPrefix("/") && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  private static func url(scheme: String, rest: Substring) throws(Problem) -> RepositoryAddress {
    let authority = rest.prefix { $0 != "/" }
    let path = rest[authority.endIndex...]
    if scheme == "file" {
      guard authority.isEmpty || authority == "localhost", let decoded = decode(path), !decoded.isEmpty else {
        throw refusal("is a file URL that names no path of this machine")
      }
      return .local(path: decoded)
    }
    guard ["git", "http", "https", "ssh"].contains(scheme) else {
      throw refusal("has a scheme that Paddock does not clone from")
    }
    // A token in a query would be shown by git's own helpers.
    guard !path.contains(where: { $0 == "?" || $0 == "#" }) else { throw refusal("has a query or a fragment") }
    let at = authority.lastIndex(of: "@")
    let host = authority[(at.map { authority.index(after: $0) } ?? authority.startIndex)...]
    guard !host.isEmpty, !host.hasPrefix("-"), !host.hasPrefix(":") else { throw refusal("names no host") }
    guard let at else { return .remote(url: "\(scheme)://\(host)\(path)", credentials: nil) }
    let user = authority[..<at]
    // A name alone is how one logs in by SSH; it never takes a password from a URL.
    if scheme == "ssh" { return .remote(url: "ssh://\(user.prefix { $0 != ":" })@\(host)\(path)", credentials: nil) }
    return .remote(url: "\(scheme)://\(host)\(path)", credentials: try credentials(user))
  }

  private static func credentials(_ text: Substring) throws(Problem) -> Credentials {
    let user = text.prefix { $0 != ":" }
    guard let name = decode(user), let password = decode(text.dropFirst(user.count + 1)) else {
      throw refusal("has a name or a password that cannot be one")
    }
    return Credentials(user: name, password: password)
  }

  /// `user@host:path`, which git takes for SSH as long as no slash comes before the colon.
  private static func hostAndPath(_ text: String) throws(Problem) -> RepositoryAddress {
    guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
      throw refusal("is neither a URL nor an absolute path")
    }
    let path = text[text.index(after: colon)...]
    let host = text[..<colon].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    guard !path.isEmpty, !path.hasPrefix(":"), !host.isEmpty, !host.hasPrefix("-"), !text.hasPrefix("~") else {
      throw refusal("is neither a URL nor an absolute path")
    }
    return .remote(url: text, credentials: nil)
  }

  /// `nil` for what decodes to a control character.
  private static func decode(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        value >= 0x20,
        value != 0x7F
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func refusal(_ what: String) -> Problem { Problem(words: what) }
}
