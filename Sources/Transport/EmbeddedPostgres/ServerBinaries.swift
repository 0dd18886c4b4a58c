import Glibc

/// The programs of one installed Postgres.
struct ServerBinaries: Sendable {
  let directory: String
  let majorVersion: Int

  func path(_ program: String) -> String { "\(directory)/\(program)" }

  /// The newest installation, or the one of the version that an existing data directory asks for.
  static func find(
    version: Int?, dataDirectory: String, among only: String? = nil
  ) throws(EmbeddedPostgresError) -> ServerBinaries {
    let directories = only.map { [$0] } ?? candidates()
    let found = directories.compactMap { ServerBinaries(directory: $0) }
    guard !found.isEmpty else {
      throw .serverMissing(searched: only.map { [$0] } ?? ["/usr/lib/postgresql", "/usr/pgsql-*", "PATH"])
    }
    guard let version else {
      return found.dropFirst().reduce(found[0]) { $1.majorVersion > $0.majorVersion ? $1 : $0 }
    }
    guard let match = found.first(where: { $0.majorVersion == version }) else {
      throw .versionMissing(needed: version, directory: dataDirectory)
    }
    return match
  }

  private init?(directory: String) {
    let programs = ["postgres", "initdb", "pg_ctl"]
    guard programs.allSatisfy({ access("\(directory)/\($0)", X_OK) == 0 }) else { return nil }
    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    let words = Subcommand(["\(directory)/postgres", "--version"]).run().output.split(separator: " ")
    guard words.count > 2, let major = Int(words[2].prefix { $0.isNumber }) else { return nil }
    self.directory = directory
    majorVersion = major
  }

  /// Debian and Red Hat keep the server's programs out of PATH.
  private static func candidates() -> [String] {
    var directories = entries(of: "/usr/lib/postgresql").map { "/usr/lib/postgresql/\($0)/bin" }
    directories += entries(of: "/usr").filter { $0.hasPrefix("pgsql-") }.map { "/usr/\($0)/bin" }
    let path = (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin").split(separator: ":").map(String.init)
    if let program = path.map({ $0 + "/pg_config" }).first(where: { access($0, X_OK) == 0 }) {
      let answer = Subcommand([program, "--bindir"]).run()
      if answer.status == 0 { directories.append(answer.output) }
    }
    directories += path
    var seen: Set<String> = []
    return directories.filter { seen.insert($0).inserted }
  }
}
