import ControlModel
import Glibc

/// Which paths of this machine a declaration may name. It is an operator's claim, and the engine is root, or at least
/// another person: what it may read is not the question.
struct HostAccess: Sendable {
  /// A real path. Nothing of it is shown but what Paddock itself put into `demo`.
  let dataDirectory: String
  let roots: LocalRoots
  /// `nil` for root, who owns too much for that to mean anything.
  let owner: uid_t?
  let mounts: MountTable

  /// Folders of installed programs, beyond the system's own.
  private static let installations = ["/opt"]
  /// What is whose in the data directory.
  private static let closed = ["sessions", "run", "postgres"]

  var demo: String { dataDirectory + "/demo" }

  /// Why a real path may not be read, as the end of a sentence; `nil` when it may be.
  func objection(toReading path: String) -> String? {
    if let objection = objection(toShowing: path) { return objection }
    if isBelow(path, demo) || roots.root(of: path) != nil || isOwn(path) { return nil }
    return owner == nil
      ? "'\(path)' lies in no folder that localRoots of \(LocalRoots.file(in: dataDirectory)) lists"
      : "'\(path)' belongs to somebody else, and localRoots of \(LocalRoots.file(in: dataDirectory)) does not list it"
  }

  /// Whatever else is allowed.
  func objection(toShowing path: String) -> String? {
    let isDemo = isBelow(path, demo) && !Self.closed.contains { mounts.overlap(path, "\(dataDirectory)/\($0)") }
    if !isDemo && (isBelow(path, dataDirectory) || mounts.overlap(path, dataDirectory)) {
      return "'\(path)' shows something of Paddock's data directory, where the sessions of all teams are"
    }
    return mounts.isVirtual(path) ? "'\(path)' belongs to the kernel" : nil
  }

  /// As it is written, for a path that leads nowhere: what is there and what is not is to be told only of what may be
  /// read.
  func mayTell(of path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard !parts.contains("..") else { return owner != nil }
    let plain = "/" + parts.filter { $0 != "." }.joined(separator: "/")
    return owner != nil || isBelow(plain, demo) || roots.root(of: plain) != nil
  }

  /// The folder that is shown with a program: the first one below a root.
  func installation(of program: String) -> String? {
    let candidates =
      [roots.root(of: program), isBelow(program, demo) ? demo : nil]
      + Self.installations.map { isBelow(program, $0) ? $0 : nil }
    guard let root = candidates.compactMap(\.self).max(by: { $0.utf8.count < $1.utf8.count }) else { return nil }
    let rest = program.dropFirst(root == "/" ? 1 : root.count + 1).split(separator: "/")
    guard rest.count > 1, let first = rest.first else { return nil }
    return root == "/" ? "/\(first)" : "\(root)/\(first)"
  }

  private func isBelow(_ path: String, _ directory: String) -> Bool {
    path == directory || path.hasPrefix(directory + "/")
  }

  private func isOwn(_ path: String) -> Bool {
    guard let owner else { return false }
    var status = stat()
    return lstat(path, &status) == 0 && status.st_uid == owner
  }
}
