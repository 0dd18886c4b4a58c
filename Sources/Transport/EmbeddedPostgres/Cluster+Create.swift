import Glibc

extension Cluster {
  /// Makes the data directory where there is none. The work is done beside it and renamed at the end, so a start that
  /// was killed half-way leaves nothing that looks finished.
  func create(_ binaries: ServerBinaries) throws(EmbeddedPostgresError) {
    guard version == nil else { return }
    try place()
    let (final, draft) = (directory, directory + ".initializing")
    if fileStatus(final) != nil, rmdir(final) != 0 { throw unusable(final) }
    try removeTree(draft)
    try makePrivateDirectory(draft, for: account)
    try initialize(draft, binaries)
    guard rename(draft, final) == 0 else { throw unusable(final) }
  }

  private func initialize(_ draft: String, _ binaries: ServerBinaries) throws(EmbeddedPostgresError) {
    var arguments = [
      binaries.path("initdb"), "--pgdata=\(draft)", "--username=paddock", "--auth=trust", "--encoding=UTF8",
      "--locale=C.UTF-8", "--data-checksums",
    ]
    if extraSettings["fsync"] == "off" { arguments.append("--no-sync") }
    let outcome = Subcommand(arguments, as: account).run()
    guard outcome.status == 0 else { throw .initializationFailed(outcome.output) }
    try write(ServerSettings.authentication, to: "\(draft)/pg_hba.conf", for: account)
    let configuration = contents(of: "\(draft)/postgresql.conf") ?? ""
    try write(
      configuration + "\ninclude_if_exists = '\(ServerSettings.fileName)'\n", to: "\(draft)/postgresql.conf",
      for: account)
  }

  /// Makes room for the data: where it was asked for, or, when the server's account cannot get there (root's home is
  /// closed to all others), below /var/lib with a link in its place.
  private func place() throws(EmbeddedPostgresError) {
    try makePrivateDirectory(name, for: account)
    let path = directory
    guard !account.canReach(path) else { return }
    let reachable = reachablePlace(for: path)
    try makePrivateDirectory(reachable, for: account)
    guard rmdir(path) == 0, symlink(reachable, path) == 0 else { throw unusable(path) }
  }

  /// For data whose own place is closed to the server's account.
  func reachablePlace(for path: String) -> String { "/var/lib/paddock/\(shortName(path))" }

  private func removeTree(_ path: String) throws(EmbeddedPostgresError) {
    guard fileStatus(path) != nil else { return }
    let outcome = Subcommand(["rm", "-rf", "--", path]).run()
    guard outcome.status == 0 else { throw .directoryUnusable(path: path, reason: outcome.output) }
  }
}
