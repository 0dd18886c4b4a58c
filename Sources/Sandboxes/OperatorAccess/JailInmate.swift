import Glibc
import ProcessIdentity

/// A process in a jail, whose namespaces a shell can join: one below the runner that sees other files than we do, and is
/// the agent's rather than the jail's own.
struct JailInmate {
  let pid: Int32
  let user: UInt32
  let group: UInt32
  let folder = "/workspace"

  var terminalType: String { getenv("TERM").map { String(cString: $0) } ?? "xterm" }

  /// `nil` when nothing is in the jail.
  init?(below runner: Int32) {
    guard runner > 0 else { return nil }
    let own = Self.namespaces(of: getpid())
    let inside = ProcessTree.descendants(of: runner).filter { identity in
      let theirs = Self.namespaces(of: identity.pid)
      return !theirs.isEmpty && theirs.first != own.first && identity.isAlive
    }
    // The youngest is in the deepest jail, and the oldest beside it is not gone the next moment. A jail is built within
    // one tick of the clock that start times are told in: then the numbers of processes tell.
    func isOlder(_ left: ProcessIdentity, _ right: ProcessIdentity) -> Bool {
      (left.startTime, left.pid) < (right.startTime, right.pid)
    }
    guard let youngest = inside.max(by: isOlder) else { return nil }
    let deepest = Self.namespaces(of: youngest.pid)
    let beside = inside.filter { Self.namespaces(of: $0.pid) == deepest }
    guard let inmate = beside.min(by: isOlder), let ids = Self.ids(of: inmate.pid) else {
      return nil
    }
    pid = inmate.pid
    (user, group) = ids
  }

  /// Of mounts and processes.
  private static func namespaces(of pid: Int32) -> [String] {
    ["mnt", "pid"].compactMap { kind in
      var buffer = [CChar](repeating: 0, count: 64)
      let count = readlink("/proc/\(pid)/ns/\(kind)", &buffer, buffer.count - 1)
      return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
  }

  /// As it runs, whoever may look into it.
  private static func ids(of pid: Int32) -> (UInt32, UInt32)? {
    let lines = readText("/proc/\(pid)/status")?.split(separator: "\n") ?? []
    func number(_ name: String) -> UInt32? {
      let line = lines.first { $0.hasPrefix(name) }
      return line?.split(whereSeparator: \.isWhitespace).dropFirst(2).first.flatMap { UInt32($0) }
    }
    guard let user = number("Uid:"), let group = number("Gid:") else { return nil }
    return (user, group)
  }
}
