import CLinux
package import ControlModel
import Glibc

/// Starts one program with nothing inherited but what is named here.
package struct Spawn: Sendable {
  var command: [String]
  var environment: [String: String]
  /// Takes what the program writes; `nil` for `/dev/null`.
  var output: Int32?
  /// A session of its own: no terminal, and no signal that is meant for the starter's group.
  var inOwnSession: Bool

  package init(command: [String], environment: [String: String], output: Int32?, inOwnSession: Bool = false) {
    self.command = command
    self.environment = environment
    self.output = output
    self.inOwnSession = inOwnSession
  }

  package func start() throws(ControlFailure) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for descriptor: Int32 in 1...2 {
      if let output {
        posix_spawn_file_actions_adddup2(&actions, output, descriptor)
      } else {
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
      }
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    setUpSignals(&attributes)
    return try spawn(&actions, &attributes)
  }

  /// The program starts with no signal blocked or ignored, whatever this process does about them.
  private func setUpSignals(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, flags | (inOwnSession ? paddock_posix_spawn_setsid() : 0))
  }

  private func spawn(
    _ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t
  ) throws(ControlFailure) -> Int32 {
    var arguments = command.map { strdup($0) } + [nil]
    var variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, command[0], &actions, &attributes, &arguments, &variables)
    guard result == 0 else { throw systemFailure("start", command[0], number: result) }
    return pid
  }
}
