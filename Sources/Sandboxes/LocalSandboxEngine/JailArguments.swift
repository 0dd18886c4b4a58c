package import ControlModel
import SessionWorkspace

/// The command line that puts a bubblewrap jail around an agent's command; a pure function of what it is given.
///
/// Own PID, IPC, UTS, mount, user and (unless shared) network namespaces; a read-only system; `/workspace` as the only
/// place that is writable and stays. The environment is handed through: the runner starts the launcher with exactly the
/// agent's, and it must not be seen in an argument list.
package struct JailArguments: Sendable, Hashable {
  /// Where the session's volume appears inside.
  package static let workspace = WorkspacePreparation.volume
  /// Whom an agent takes itself for; the host's user is another.
  package static let userInside: UInt32 = 1000

  package var host: HostLayout
  /// Absolute paths of the programs that build the jail.
  package var bubblewrap: String
  package var setpriv: String
  package var hostname: String
  /// The session's volume on the host.
  package var volume: String
  /// Files on the host that stand for `/etc/passwd` and so on: path inside to path outside.
  package var synthesised: [String: String]
  package var network: AgentSpec.Network
  /// `nil`: as the user that starts it. Else the unprivileged host user to become, which only root can.
  package var agentUser: UInt32?
  package var workingDirectory: String
  /// More that the agent may read, at the same path.
  package var readOnly: [String]
  /// Links to make: path inside to target.
  package var links: [String: String]
  /// The `cgroup.procs` files of the groups that the jail joins before anything else.
  package var groups: [String]

  package init(
    host: HostLayout, bubblewrap: String, setpriv: String, hostname: String, volume: String,
    synthesised: [String: String] = [:], network: AgentSpec.Network, agentUser: UInt32?, workingDirectory: String,
    readOnly: [String] = [], links: [String: String] = [:], groups: [String] = []
  ) {
    self.host = host
    self.bubblewrap = bubblewrap
    self.setpriv = setpriv
    self.hostname = hostname
    self.volume = volume
    self.synthesised = synthesised
    self.network = network
    self.agentUser = agentUser
    self.workingDirectory = workingDirectory
    self.readOnly = readOnly
    self.links = links
    self.groups = groups
  }

  /// Put before the agent's command.
  package var launcher: [String] {
    entrance + [bubblewrap] + namespaces + system + etc + devices + extras + place + ["--"] + descent + reset
  }
}

extension JailArguments {
  /// A signal to the process group is meant for the agent: bubblewrap would die of it and take the jail along, so all
  /// in front of the agent ignores them, and `reset` gives the agent the normal handling again. `echo 0` enters the
  /// process that writes.
  private static let entranceScript = """
    trap '' HUP INT QUIT TERM
    while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done
    shift
    exec "$@"
    """

  private var entrance: [String] {
    ["/bin/sh", "-c", Self.entranceScript, "paddock-jail"] + groups + ["--"]
  }

  private var reset: [String] {
    ["/usr/bin/env", "--default-signal=HUP,INT,QUIT,TERM"]
  }

  private var namespaces: [String] {
    var arguments = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    if network == .none { arguments.append("--unshare-net") }
    if agentUser == nil { arguments += userNamespace }
    return arguments + ["--die-with-parent", "--hostname", hostname]
  }

  /// The agent's own namespaces of users end here: inside one it would be root over new mounts and networks, a large
  /// part of the kernel to be attacked.
  private var userNamespace: [String] {
    ["--unshare-user", "--uid", "\(Self.userInside)", "--gid", "\(Self.userInside)", "--disable-userns"]
  }

  private var system: [String] {
    var arguments = ["--ro-bind", "/usr", "/usr"]
    for (path, kind) in host.systemDirectories.sorted(by: { $0.key < $1.key }) {
      switch kind {
      case .link(let target): arguments += ["--symlink", target, path]
      case .directory: arguments += ["--ro-bind", path, path]
      }
    }
    return arguments
  }

  private var etc: [String] {
    let wanted = HostLayout.etcCandidates + (network == .host ? HostLayout.networkCandidates : [])
    var arguments = Self.directory("/etc")
    for path in wanted where host.etc.contains(path) && synthesised[path] == nil {
      arguments += ["--ro-bind", path, path]
    }
    for (inside, outside) in synthesised.sorted(by: { $0.key < $1.key }) {
      arguments += ["--ro-bind", outside, inside]
    }
    if let zone = host.localtime { arguments += ["--symlink", zone, "/etc/localtime"] }
    return arguments
  }

  private var devices: [String] {
    [
      "--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm",
      "--perms", "1777", "--tmpfs", "/tmp",
    ] + Self.directory("/var") + ["--symlink", "/tmp", "/var/tmp"]
  }

  private var extras: [String] {
    var arguments: [String] = []
    for path in readOnly { arguments += Self.parents(of: path) + ["--ro-bind", path, path] }
    for (path, target) in links.sorted(by: { $0.key < $1.key }) {
      arguments += Self.parents(of: path) + ["--symlink", target, path]
    }
    return arguments
  }

  /// Directories that bubblewrap makes by itself on the way to another are closed to all but its own user, and the agent
  /// is another one when root builds the jail.
  private static func directory(_ path: String) -> [String] { ["--perms", "0755", "--dir", path] }

  private static func parents(of path: String) -> [String] {
    var found: [String] = []
    var parent = directoryOf(path)
    while parent != "/" {
      found.insert(parent, at: 0)
      parent = directoryOf(parent)
    }
    return found.flatMap(directory)
  }

  private var place: [String] {
    ["--bind", volume, Self.workspace, "--remount-ro", "/", "--chdir", workingDirectory]
  }

  /// Root builds the jail, because only root reaches a volume below directories that are closed to everybody else; the
  /// agent's user is taken on inside, and the second jail adds its namespace of users.
  private var descent: [String] {
    guard let agentUser else { return [] }
    return [
      setpriv, "--reuid", "\(agentUser)", "--regid", "\(agentUser)", "--clear-groups", "--no-new-privs",
      "--inh-caps=-all", "--bounding-set=-all", "--", bubblewrap,
    ] + userNamespace + ["--dev-bind", "/", "/", "--chdir", workingDirectory, "--"]
  }
}
