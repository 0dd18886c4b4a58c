import ControlModel
import Glibc
import ProcessIdentity

/// What the engine found on the machine when it was opened.
struct Machine: Sendable {
  var host: HostLayout
  /// `nil` where it is not installed.
  var bubblewrap: String?
  var setpriv: String?
  var git: String?
  var groups: ControlGroups
  var isRoot: Bool
  var highestUser: UInt32
  var node: String

  static func current() -> Machine {
    Machine(
      host: .current(), bubblewrap: program("bwrap"), setpriv: program("setpriv"), git: program("git"),
      groups: .current(), isRoot: geteuid() == 0,
      highestUser: AgentUser.highestMapped(uidMap: readText("/proc/self/uid_map") ?? ""), node: hostName())
  }

  /// The host user of a team's agents; `nil`: the engine's own, as only root can take on another.
  func agentUser(of team: ResourceName) -> UInt32? {
    isRoot ? AgentUser.id(of: team, highestMapped: highestUser) : nil
  }

  /// bubblewrap's watcher and its init; when root builds the jail, a second watcher.
  var jailProcesses: Int { isRoot ? 3 : 2 }

  /// Only directories that a jail shows, too: the jail's second half runs inside.
  private static func program(_ name: String) -> String? {
    ["/usr/bin", "/usr/local/bin", "/usr/sbin"].map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  private static func hostName() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, gethostname(base, 255) == 0 else { return "localhost" }
      buffer[255] = 0
      return String(cString: base)
    }
  }
}
