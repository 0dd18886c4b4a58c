import Glibc
import Synchronization

struct Child {
  var pid: pid_t
  var input: Int32
  var output: Int32
  var errors: Int32
}

/// Starts a process in a group of its own, with pipes for its three streams.
func spawn(_ command: [String], _ environment: [String: String], in directory: String) -> Child? {
  // One at a time: a pipe that is not yet marked close-on-exec must not leak into another child.
  spawning.withLock { _ in spawnAlone(["/usr/bin/env", "-C", directory] + command, environment) }
}

private let spawning = Mutex(())

private func spawnAlone(_ command: [String], _ environment: [String: String]) -> Child? {
  var ends: [(read: Int32, write: Int32)] = []
  for _ in 0..<3 {
    var pair: [Int32] = [-1, -1]
    guard pipe(&pair) == 0 else { return nil }
    for descriptor in pair { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    ends.append((pair[0], pair[1]))
  }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  posix_spawn_file_actions_adddup2(&actions, ends[0].read, 0)
  posix_spawn_file_actions_adddup2(&actions, ends[1].write, 1)
  posix_spawn_file_actions_adddup2(&actions, ends[2].write, 2)
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  // Threads of the test runner block signals, and a child would inherit that.
  var noSignals = sigset_t()
  sigemptyset(&noSignals)
  posix_spawnattr_setsigmask(&attributes, &noSignals)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
  defer {
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    for descriptor in [ends[0].read, ends[1].write, ends[2].write] { close(descriptor) }
  }
  let arguments = command.map { strdup($0) } + [nil]
  let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { for pointer in arguments + variables { free(pointer) } }
  var pid: pid_t = 0
  guard posix_spawnp(&pid, command[0], &actions, &attributes, arguments, variables) == 0 else {
    for descriptor in [ends[0].write, ends[1].read, ends[2].read] { close(descriptor) }
    return nil
  }
  return Child(pid: pid, input: ends[0].write, output: ends[1].read, errors: ends[2].read)
}

enum Thread {
  /// Runs `body` on a detached thread.
  static func start(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
        return nil
      }, box.toOpaque())
    pthread_detach(thread)
  }

  private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// Runs a command to its end and returns what it printed.
func output(of command: [String]) throws -> String {
  let variables = [
    "PATH", "HOME", "PADDOCK_CACHE", "XDG_CACHE_HOME", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_INDEX_URL",
  ]
  let environment = variables.reduce(into: [String: String]()) { result, name in
    result[name] = getenv(name).map { String(cString: $0) }
  }
  guard let child = spawn(command, environment, in: "/") else { throw CommandFailure(command: command, status: -1) }
  close(child.input)
  let text = readAll(child.output)
  let errors = readAll(child.errors)
  close(child.output)
  close(child.errors)
  var status: Int32 = 0
  waitpid(child.pid, &status, 0)
  guard status == 0 else { throw CommandFailure(command: command, status: status, errors: errors) }
  return text
}

struct CommandFailure: Error {
  var command: [String]
  var status: Int32
  var errors = ""
}

private func readAll(_ descriptor: Int32) -> String {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while case let count = buffer.withUnsafeMutableBytes({ read(descriptor, $0.baseAddress, $0.count) }), count > 0 {
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
