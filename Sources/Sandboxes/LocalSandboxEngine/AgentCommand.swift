/// What a jail must show so that the agent's program can be started in it.
struct AgentCommand: Sendable, Hashable {
  var readOnly: [String] = []
  /// Path inside to target.
  var links: [String: String] = [:]

  /// Directories that hold other people's things as well: of these only the program itself is shown.
  private static let shared: Set<String> = [
    "/", "/boot", "/dev", "/etc", "/home", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/srv", "/sys", "/tmp",
    "/var", "/var/cache", "/var/lib", "/var/tmp", "/work",
  ]

  /// `resolve` follows links as `realpath` does. A program below `/usr`, and one that is looked up in the `PATH`, is
  /// there anyway. The rest of a program's own directory comes along, as scripts and bundles need it.
  init(_ program: String?, dataDirectory: String, home: String?, resolve: (String) -> String?) {
    guard let program, program.hasPrefix("/"), let real = resolve(program), !Self.isSystem(real) else { return }
    let directory = directoryOf(real)
    let isPrivate =
      Self.shared.contains(directory) || directory == home || directoryOf(directory) == "/home"
      || dataDirectory == directory || dataDirectory.hasPrefix(directory + "/")
      || directory.hasPrefix(dataDirectory + "/sessions/")
    readOnly = [isPrivate ? real : directory]
    if program != real && !Self.isSystem(program) && !program.hasPrefix(directory + "/") { links[program] = real }
  }

  private static func isSystem(_ path: String) -> Bool {
    ["/usr/", "/bin/", "/lib/", "/lib64/", "/sbin/"].contains { path.hasPrefix($0) }
  }
}
