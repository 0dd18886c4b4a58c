import Glibc
import ProcessIdentity

/// What a jail takes over from the host: read once per start, so that the jail's arguments are a pure function.
package struct HostLayout: Sendable, Hashable {
  /// How one of `/bin`, `/lib`, … stands on the host: a link into `/usr` on merged systems, else a directory.
  package enum SystemDirectory: Sendable, Hashable {
    case link(target: String)
    case directory
  }

  package var systemDirectories: [String: SystemDirectory]
  /// Those of the files and directories in `etcCandidates` that exist.
  package var etc: Set<String>
  /// Where `/etc/localtime` leads; a link is copied as a link, for programs that read the zone's name from it.
  package var localtime: String?
  /// Those of `maskedCandidates` that exist.
  package var masked: Set<String>

  package init(
    systemDirectories: [String: SystemDirectory], etc: Set<String>, localtime: String? = nil, masked: Set<String> = []
  ) {
    self.systemDirectories = systemDirectories
    self.etc = etc
    self.localtime = localtime
    self.masked = masked
  }

  /// Beyond `/usr`: what programs and the dynamic loader expect.
  static let systemCandidates = ["/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin"]

  /// All of `/etc` that an agent gets to see; nothing here may hold a secret of the host.
  static let etcCandidates = [
    "/etc/alternatives", "/etc/bash.bashrc", "/etc/ca-certificates", "/etc/debian_version", "/etc/host.conf",
    "/etc/inputrc", "/etc/java-17-openjdk", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
    "/etc/locale.alias", "/etc/magic", "/etc/mime.types", "/etc/nsswitch.conf", "/etc/os-release", "/etc/pki/tls/certs",
    "/etc/profile", "/etc/protocols", "/etc/services", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/timezone",
  ]

  /// Only where the agent shares the host's network: elsewhere they would only tell about the host.
  static let networkCandidates = ["/etc/gai.conf", "/etc/hosts", "/etc/resolv.conf"]

  /// Files of the kernel that tell of more than the jail's own processes.
  static let maskedCandidates = [
    "/proc/kcore", "/proc/key-users", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/timer_list",
  ]

  /// Reads the host's own.
  package static func current() -> HostLayout {
    var directories: [String: SystemDirectory] = [:]
    for path in systemCandidates {
      if let target = linkTarget(path) {
        directories[path] = .link(target: target)
      } else if exists(path) {
        directories[path] = .directory
      }
    }
    return HostLayout(
      systemDirectories: directories, etc: Set((etcCandidates + networkCandidates).filter(exists)),
      localtime: linkTarget("/etc/localtime"), masked: Set(maskedCandidates.filter(exists)))
  }
}
