import Glibc

extension ConfigurationFiles {
  /// Where files are looked for, first come first served: the directory that was asked for, the user's own, the
  /// installation's, and the checkout that the program was built in.
  package static func searchPath(
    explicit: String? = nil, environment: [String: String], executable: String = executablePath
  ) -> [String] {
    var directories = explicit.map { [$0] } ?? []
    if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
      directories.append("\(base)/paddock")
    } else if let home = environment["HOME"], !home.isEmpty {
      directories.append("\(home)/.config/paddock")
    }
    var parts = executable.split(separator: "/").dropLast()
    directories.append("/" + parts.dropLast().joined(separator: "/") + "/share/paddock")
    while !parts.isEmpty {
      let folder = "/" + parts.joined(separator: "/")
      // A themes folder alone would be anyone's.
      if access(folder + "/themes", F_OK) == 0, access(folder + "/Package.swift", F_OK) == 0 {
        directories.append(folder)
        break
      }
      parts.removeLast()
    }
    return directories
  }

  /// This program's own file.
  package static var executablePath: String {
    guard let path = realpath("/proc/self/exe", nil) else { return CommandLine.arguments.first ?? "" }
    defer { free(path) }
    return String(cString: path)
  }
}
