import Glibc
import ProcessIdentity

/// A process in a jail, whose namespaces, user and limits a shell can join: one below the runner that sees other files
/// than we do, and is the agent's rather than the jail's own.
struct JailInmate {
  /// Holds on to the process: its number may mean another one later.
  let handle: ProcessHandle
  /// As they are called in the jail.
  let user: UInt32
  let group: UInt32
  /// `CLONE_NEW…` flags of the namespaces that are not ours.
  let namespaces: Int32
  /// `cgroup.procs` files of the groups that are not ours.
  let groups: [String]
  static let folder = "/workspace"

  /// `CLONE_NEW…` of `<linux/sched.h>`.
  private static let kinds: [(name: String, flag: Int32)] = [
    ("mnt", 0x0002_0000), ("cgroup", 0x0200_0000), ("uts", 0x0400_0000), ("ipc", 0x0800_0000), ("user", 0x1000_0000),
    ("pid", processes), ("net", 0x4000_0000),
  ]
  static let processes: Int32 = 0x2000_0000

  /// `nil` when nothing is in the jail.
  init?(below runner: Int32) {
    guard runner > 0 else { return nil }
    let own = Self.namespaces(of: getpid())
    let inside = ProcessTree.descendants(of: runner).filter { identity in
      let theirs = Self.namespaces(of: identity.pid)
      return theirs["mnt"] != nil && theirs["mnt"] != own["mnt"] && identity.isAlive
    }
    // The youngest is in the deepest jail, and the oldest beside it is not gone the next moment. A jail is built within
    // one tick of the clock that start times are told in: then the numbers of processes tell.
    func isOlder(_ left: ProcessIdentity, _ right: ProcessIdentity) -> Bool {
      (left.startTime, left.pid) < (right.startTime, right.pid)
    }
    func place(_ identity: ProcessIdentity) -> [String?] {
      let theirs = Self.namespaces(of: identity.pid)
      return [theirs["mnt"], theirs["pid"]]
    }
    guard let youngest = inside.max(by: isOlder) else { return nil }
    let deepest = place(youngest)
    guard let inmate = inside.filter({ place($0) == deepest }).min(by: isOlder), let handle = ProcessHandle(inmate),
      let ids = Self.ids(of: inmate.pid)
    else { return nil }
    self.handle = handle
    let theirs = Self.namespaces(of: inmate.pid)
    namespaces = Self.kinds.reduce(0) { theirs[$1.name] == own[$1.name] ? $0 : $0 | $1.flag }
    (user, group) = ids
    groups = JailGroups.members(
      theirs: readText("/proc/\(inmate.pid)/cgroup") ?? "", own: readText("/proc/self/cgroup") ?? "",
      mounts: readText("/proc/self/mountinfo") ?? "")
  }

  private static func namespaces(of pid: Int32) -> [String: String] {
    var found: [String: String] = [:]
    for kind in kinds { found[kind.name] = linkTarget("/proc/\(pid)/ns/\(kind.name)") }
    return found
  }

  /// As it runs, in the numbers of its own namespace of users.
  private static func ids(of pid: Int32) -> (UInt32, UInt32)? {
    let lines = readText("/proc/\(pid)/status")?.split(separator: "\n") ?? []
    func number(_ name: String, _ map: String) -> UInt32? {
      let line = lines.first { $0.hasPrefix(name) }
      guard let outside = line?.split(whereSeparator: \.isWhitespace).dropFirst(2).first.flatMap({ UInt32($0) }) else {
        return nil
      }
      return inside(outside, map: readText("/proc/\(pid)/\(map)") ?? "")
    }
    guard let user = number("Uid:", "uid_map"), let group = number("Gid:", "gid_map") else { return nil }
    return (user, group)
  }

  /// The map has lines of: inside, outside, count.
  static func inside(_ id: UInt32, map: String) -> UInt32? {
    for line in map.split(separator: "\n") {
      let fields = line.split(separator: " ").compactMap { UInt64($0) }
      guard fields.count == 3, UInt64(id) >= fields[1], UInt64(id) - fields[1] < fields[2] else { continue }
      return UInt32(exactly: fields[0] + UInt64(id) - fields[1])
    }
    return nil
  }
}
