/// Which users of this machine the server lets in, each under one login: what `pg_ident.conf` and `pg_hba.conf` say of it,
/// between two marks. All else in these files is left as it is.
struct Admissions: Hashable {
  static let map = "paddock"
  private static let (begin, end) = ("# paddock: admitted users, begin", "# paddock: admitted users, end")

  var users: [AdmittedUser]

  init(users: [AdmittedUser]) { self.users = users }

  /// Of `pg_ident.conf`; a line between the marks that is not ours is none.
  init(mapping: String) {
    users = Self.block(of: mapping).compactMap { line in
      let fields = Self.fields(line)
      guard fields.count == 3, fields[0] == Self.map, fields[2] != "paddock" else { return nil }
      return AdmittedUser(unixUser: fields[1], login: fields[2])
    }
  }

  /// `pg_ident.conf`: those who start the stack are its superuser, everybody else what they were admitted as.
  func mapping(into file: String, owners: [String]) -> String {
    let lines =
      owners.map { Self.line($0, "paddock") } + users.map { Self.line($0.unixUser, $0.login) }
    return Self.with(lines, in: file)
  }

  /// `pg_hba.conf`: the first line that matches counts, so none below it lets anybody in through a socket any more.
  static func authentication(in file: String) -> String { with(["local all all peer map=\(map)"], in: file) }

  private static func line(_ user: String, _ login: String) -> String { "\(map) \"\(user)\" \"\(login)\"" }

  private static func with(_ lines: [String], in file: String) -> String {
    var rest: [Substring] = []
    var isWithin = false
    for line in file.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == begin { isWithin = true }
      if !isWithin { rest.append(line) }
      if line == end { isWithin = false }
    }
    return ([begin] + lines + [end]).joined(separator: "\n") + "\n" + rest.joined(separator: "\n")
  }

  private static func block(of file: String) -> [Substring] {
    let lines = file.split(separator: "\n")
    guard let first = lines.firstIndex(of: begin[...]), let last = lines.firstIndex(of: end[...]), first < last else {
      return []
    }
    return Array(lines[(first + 1)..<last])
  }

  private static func fields(_ line: Substring) -> [String] {
    line.split(separator: " ").map { String($0.drop { $0 == "\"" }.prefix { $0 != "\"" }) }
  }
}

/// A user of this machine who may log in, and as whom.
package struct AdmittedUser: Sendable, Hashable {
  package var unixUser: String
  package var login: String

  package init(unixUser: String, login: String) {
    self.unixUser = unixUser
    self.login = login
  }
}
