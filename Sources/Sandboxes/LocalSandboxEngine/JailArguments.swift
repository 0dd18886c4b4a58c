package import ControlModel
import SessionWorkspace

/// The command line that puts a bubblewrap jail around an agent's command; a pure function of what it is given.
///
/// Own PID, IPC, UTS, mount, user and (unless shared) network namespaces; a read-only system; `/workspace` as the only
/// place that is writable and stays; a filter of system calls for all that is started in it. The environment is handed through: the runner starts the launcher with exactly the
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
  /// More that the agent may read, at the same path: real ones, without links. At most `mostReadOnly`.
  package var readOnly: [String]
  /// Links to make: path inside to target.
  package var links: [String: String]
  /// The `cgroup.procs` files of the groups that the jail joins before anything else.
  package var groups: [String]
  /// The file with the program that filters the agent's system calls.
  package var filter: String

  package init(
    host: HostLayout, bubblewrap: String, setpriv: String, hostname: String, volume: String,
    synthesised: [String: String] = [:], network: AgentSpec.Network, agentUser: UInt32?, workingDirectory: String,
    readOnly: [String] = [], links: [String: String] = [:], groups: [String] = [], filter: String
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
    self.filter = filter
  }

  /// Put before the agent's command.
  package var launcher: [String] {
    entrance + [bubblewrap] + namespaces + (agentUser == nil ? filtering : []) + places
      + ["--remount-ro", "/", "--chdir", workingDirectory, "--"] + descent + reset
  }
}

extension JailArguments {
  /// The shell knows descriptors of one digit; the filter has the first.
  static let mostReadOnly = 6
  private static let firstDescriptor = 3

  /// A signal to the process group is meant for the agent: bubblewrap would die of it and take the jail along, so all
  /// in front of the agent ignores them, and `reset` gives the agent the normal handling again. `echo 0` enters the
  /// process that writes. What is shown is held open from here on, after a look at what was opened: whoever owns a
  /// directory on the way could have put a link in its place since the engine allowed the path.
  private static let entranceScript = #"""
    trap '' HUP INT QUIT TERM
    while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done
    shift
    n=\#(firstDescriptor)
    while [ "$1" != -- ]; do
      eval "exec $n< \"\$1\"" || exit 125
      [ "$(/usr/bin/readlink "/proc/$$/fd/$n")" = "$1" ] || { echo "paddock-jail: $1 has moved" >&2; exit 125; }
      n=$((n + 1))
      shift
    done
    shift
    exec "$@"
    """#

  private var entrance: [String] {
    ["/bin/sh", "-c", Self.entranceScript, "paddock-jail"] + groups + ["--", filter]
      + readOnly.prefix(Self.mostReadOnly) + ["--"]
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

  /// Of the jail that starts the agent: the other one has mounts to make yet.
  private var filtering: [String] { ["--seccomp", "\(Self.firstDescriptor)"] }

  private var places: [String] {
    var places = JailPlaces()
    addSystem(to: &places)
    addEtc(to: &places)
    addDevices(to: &places)
    for (index, path) in readOnly.prefix(Self.mostReadOnly).enumerated() {
      places.add("--ro-bind-fd", "\(Self.firstDescriptor + 1 + index)", at: path)
    }
    for (path, target) in links.sorted(by: { $0.key < $1.key }) { places.add("--symlink", target, at: path) }
    places.add("--bind", volume, at: Self.workspace)
    return places.arguments
  }

  private func addSystem(to places: inout JailPlaces) {
    places.add("--ro-bind", "/usr", at: "/usr")
    for (path, kind) in host.systemDirectories.sorted(by: { $0.key < $1.key }) {
      switch kind {
      case .link(let target): places.add("--symlink", target, at: path)
      case .directory: places.add("--ro-bind", path, at: path)
      }
    }
  }

  private func addEtc(to places: inout JailPlaces) {
    let wanted = HostLayout.etcCandidates + (network == .host ? HostLayout.networkCandidates : [])
    for path in wanted where host.etc.contains(path) && synthesised[path] == nil {
      places.add("--ro-bind", path, at: path)
    }
    for (inside, outside) in synthesised.sorted(by: { $0.key < $1.key }) {
      places.add("--ro-bind", outside, at: inside)
    }
    if let zone = host.localtime { places.add("--symlink", zone, at: "/etc/localtime") }
  }

  private func addDevices(to places: inout JailPlaces) {
    places.add("--proc", at: "/proc")
    // What the kernel tells of the whole machine. A device that is bound like a file cannot be opened.
    for path in host.masked.sorted() { places.add("--ro-bind", "/dev/null", at: path) }
    places.add("--dev", at: "/dev")
    places.add("--perms", "1777", "--tmpfs", at: "/dev/shm")
    places.add("--perms", "1777", "--tmpfs", at: "/tmp")
    places.makeDirectory("/var")
    places.add("--symlink", "/tmp", at: "/var/tmp")
  }

  /// Root builds the jail, because only root reaches a volume below directories that are closed to everybody else; the
  /// agent's user is taken on inside, and the second jail adds its namespace of users.
  private var descent: [String] {
    guard let agentUser else { return [] }
    return [
      setpriv, "--reuid", "\(agentUser)", "--regid", "\(agentUser)", "--clear-groups", "--no-new-privs",
      "--inh-caps=-all", "--bounding-set=-all", "--", bubblewrap,
    ] + userNamespace + filtering + ["--dev-bind", "/", "/", "--chdir", workingDirectory, "--"]
  }
}
