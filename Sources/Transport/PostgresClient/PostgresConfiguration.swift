import CPostgres

/// Where the database is and how to speak to it.
package struct PostgresConfiguration: Sendable, Hashable {
  /// A libpq URL or key=value text, handed to libpq as it is: every option of libpq works, TLS included. May hold a
  /// password: never shown.
  package var url: String
  /// Typed by somebody: it wins over the URL's, and over that of a password file.
  package var password: String?
  /// Seconds for one connection to come about, all hosts of the URL together; `connect_timeout` in the URL wins.
  package var connectTimeout: Double = 10
  /// Shown in `pg_stat_activity`; `application_name` in the URL wins.
  package var applicationName = "paddock"
  /// Seconds after which the server stops a statement; nil leaves the server's own setting.
  package var statementTimeout: Double?
  /// How many statements one connection keeps prepared.
  package var statementCacheSize = 128
  /// Seconds that the server has to confirm a cancelled statement before the connection is given up.
  package var cancelGrace: Double = 5

  package init(url: String) {
    self.url = url
  }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// `user@host:port/database`, without any secret.
  package var description: String {
    guard let options = try? options() else { return "an unreadable database URL" }
    let user = options["user"].map { "\($0)@" } ?? ""
    let host = options["host"] ?? options["hostaddr"] ?? "localhost"
    let port = options["port"].map { ":\($0)" } ?? ""
    return "\(user)\(host)\(port)/\(options["dbname"] ?? "")"
  }

  package var debugDescription: String { description }

  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension PostgresConfiguration {
  /// The options that the URL sets, by libpq's names.
  func options() throws(PostgresError) -> [String: String] {
    var message: UnsafeMutablePointer<CChar>?
    guard let list = PQconninfoParse(url, &message) else {
      defer { PQfreemem(message) }
      throw .connectionFailed("the database URL is not valid: " + withoutQuotations(text(message)))
    }
    defer { PQconninfoFree(list) }
    var options: [String: String] = [:]
    var option = list
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return options
  }

  /// Later entries win over earlier ones, and `dbname` stands for the whole URL.
  var keywords: [(String, String)] {
    [
      ("fallback_application_name", applicationName),
      // A dead peer must not keep a listener waiting for the two hours of the kernel's default.
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("dbname", url),
      ("client_encoding", "UTF8"),
    ] + (password.map { [("password", $0)] } ?? [])
  }

  /// Whether the URL itself holds a password; false for one that cannot be read.
  package var holdsPassword: Bool {
    let options = try? options()
    return ["password", "sslpassword"].contains { options?[$0]?.isEmpty == false }
  }

  func connectDeadline() throws(PostgresError) -> Double {
    let seconds = try options()["connect_timeout"].flatMap(Double.init) ?? 0
    return seconds > 0 ? seconds : connectTimeout
  }
}

/// libpq quotes the part of a URL that it cannot read, which may be the password.
private func withoutQuotations(_ message: String) -> String {
  message.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
    .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "…" }.joined()
}

/// libpq's message without the line breaks at its end.
func text(_ message: UnsafePointer<CChar>?) -> String {
  guard let message else { return "out of memory" }
  var text = String(cString: message)
  while text.last?.isWhitespace == true { text.removeLast() }
  return text
}
