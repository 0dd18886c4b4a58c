import Glibc
import ProcessIdentity

/// The server process of one data directory, by its own `postmaster.pid`:
/// process, data directory, start time, port, socket directory, TCP address, shared memory, state; a line each.
struct ServerProcess: Sendable, Hashable {
  let pid: pid_t
  let socketDirectory: String

  /// nil unless the process of that number is a Postgres in exactly this data directory: numbers are used again.
  static func running(in dataDirectory: String) -> ServerProcess? {
    guard let lines = lockFile(dataDirectory), let pid = lines.first.flatMap({ pid_t($0) }), lines.count > 4,
      isServer(pid, in: dataDirectory)
    else { return nil }
    return ServerProcess(pid: pid, socketDirectory: lines[4])
  }

  /// Whether `postmaster.pid` names a living process that is not a server of this directory.
  static func isRecycled(in dataDirectory: String) -> Bool {
    guard let pid = lockFile(dataDirectory)?.first.flatMap({ pid_t($0) }) else { return false }
    return access("/proc/\(pid)", F_OK) == 0 && !isServer(pid, in: dataDirectory)
  }

  /// Whether that very process takes connections: the last line of its `postmaster.pid` says so.
  static func isReady(_ pid: pid_t, in dataDirectory: String) -> Bool {
    guard let lines = lockFile(dataDirectory), lines.count > 7, lines[0] == "\(pid)" else { return false }
    return ["ready", "standby"].contains(trimmed(lines[7]))
  }

  /// Only a socket that is certainly gone is none.
  func hasSocket(port: String) -> Bool {
    var status = stat()
    return lstat("\(socketDirectory)/.s.PGSQL.\(port)", &status) == 0 || errno != ENOENT
  }

  /// What keeps this user from knowing whether a server runs; `nil` when nothing does.
  static func obstacle(in dataDirectory: String) -> String? {
    let file = open("\(dataDirectory)/postmaster.pid", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if file >= 0 {
      close(file)
      return nil
    }
    return [EACCES, EPERM].contains(errno) ? String(cString: strerror(errno)) : nil
  }

  var isAlive: Bool { ProcessStatus(of: pid).map { !$0.isDead } ?? false }

  /// All processes of a server: those of a killed one go on for a moment and still hold its shared memory.
  static func all(in dataDirectory: String) -> [pid_t] {
    entries(of: "/proc").compactMap { pid_t($0) }.filter { isServer($0, in: dataDirectory) }
  }

  /// Servers that were started for a directory that has been moved or removed since: it is gone, and stands in their
  /// command lines still. The processes below them have other ones.
  static func lost(from dataDirectories: [String]) -> [ProcessIdentity] {
    ProcessTree.processes { words in
      guard let program = words.first, program == "postgres" || program.hasSuffix("/postgres"),
        let option = words.firstIndex(of: "-D"), option + 1 < words.count
      else { return false }
      return dataDirectories.contains(words[option + 1])
    }
  }

  private static func lockFile(_ dataDirectory: String) -> [String]? {
    contents(of: "\(dataDirectory)/postmaster.pid")?.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// Every Postgres process works inside its data directory; a process that has ended has no directory any more.
  private static func isServer(_ pid: pid_t, in dataDirectory: String) -> Bool {
    guard pid > 1, resolved("/proc/\(pid)/cwd") == dataDirectory, let program = linkTarget("/proc/\(pid)/exe") else {
      return false
    }
    // An upgrade of the package removes the program of a running server: "…/postgres (deleted)".
    return program.split(separator: " ")[0].hasSuffix("/postgres")
  }
}
