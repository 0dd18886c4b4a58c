import CLinux
import Glibc

/// One run of a plugin: no terminal, nothing to read, no open files of ours, a session of its own. Blocks.
struct PluginProcess: Sendable {
  enum Outcome: Sendable {
    case notStarted(String)
    case timedOut(errors: [UInt8])
    /// Exit status, or 128 + the signal.
    case ended(Int32, output: [UInt8], errors: [UInt8])
  }

  /// A credential is some kilobytes.
  private static let maximumOutput = 4 << 20

  var command: String
  var arguments: [String]
  var environment: [String: String]
  var limit: Duration

  func run() -> Outcome {
    let deadline = ContinuousClock.now + limit
    var output: [Int32] = [-1, -1]
    var errors: [Int32] = [-1, -1]
    guard pipe2(&output, O_CLOEXEC) == 0 else { return .notStarted(systemText(errno)) }
    defer { close(output[0]) }
    guard pipe2(&errors, O_CLOEXEC) == 0 else {
      close(output[1])
      return .notStarted(systemText(errno))
    }
    defer { close(errors[0]) }
    var process: pid_t = 0
    let result = spawn(output[1], errors[1], &process)
    close(output[1])
    close(errors[1])
    guard result == 0 else { return .notStarted(systemText(result)) }
    let handle = paddock_pidfd_open(process)
    defer { if handle >= 0 { close(handle) } }
    var reader = PipeReader(descriptors: [output[0], errors[0]], limit: Self.maximumOutput)
    guard reader.readAll(until: deadline, orEndOf: handle), let status = wait(process, handle, until: deadline) else {
      // It leads its own group: what it started goes with it.
      kill(-process, SIGKILL)
      reap(process)
      return .timedOut(errors: reader.texts[1])
    }
    return .ended(status, output: reader.texts[0], errors: reader.texts[1])
  }

  private func spawn(_ output: Int32, _ errors: Int32, _ process: inout pid_t) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | paddock_posix_spawn_setsid()
    posix_spawnattr_setflags(&attributes, flags)
    var words = ([command] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    return posix_spawnp(&process, command, &actions, &attributes, &words, &variables)
  }

  /// `nil` when it has not ended in time although it has closed its output.
  private func wait(_ process: pid_t, _ handle: Int32, until deadline: ContinuousClock.Instant) -> Int32? {
    guard handle >= 0 else { return reap(process) }
    var ready = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
    while poll(&ready, 1, PipeReader.milliseconds(until: deadline)) < 0 && errno == EINTR {}
    return ready.revents == 0 ? nil : reap(process)
  }

  @discardableResult private func reap(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return 127 } }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }
}

/// Reads several pipes to their ends, none of them full while another is waited for.
struct PipeReader {
  private var open: [Int32]
  private let descriptors: [Int32]
  private let limit: Int
  private(set) var texts: [[UInt8]]

  init(descriptors: [Int32], limit: Int) {
    self.descriptors = descriptors
    self.limit = limit
    open = descriptors
    texts = descriptors.map { _ in [] }
  }

  /// `false` when it took too long; what comes past the limit is read and dropped. A process's end is the end of what it
  /// has to say, whoever else holds the pipes: a daemon that it left keeps its standard error for days.
  mutating func readAll(until deadline: ContinuousClock.Instant, orEndOf process: Int32) -> Bool {
    while !open.isEmpty {
      // One of a negative number is passed over.
      var ready = (open + [process]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let count = poll(&ready, nfds_t(ready.count), Self.milliseconds(until: deadline))
      // One that writes without an end is always ready.
      if count == 0 || ContinuousClock.now >= deadline { return false }
      if count < 0 && errno == EINTR { continue }
      let hasEnded = ready.last?.revents != 0
      for entry in ready.dropLast() where entry.revents != 0 { take(entry.fd) }
      if hasEnded {
        drain()
        return true
      }
    }
    return true
  }

  private mutating func take(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let size = read(descriptor, &buffer, buffer.count)
    if size <= 0 { open.removeAll { $0 == descriptor } }
    guard size > 0, let index = descriptors.firstIndex(of: descriptor) else { return }
    texts[index] += buffer[..<min(size, limit - texts[index].count)]
  }

  /// What lies in the pipes already, and no more of it than they hold: others may go on writing.
  private mutating func drain() {
    for descriptor in open {
      for _ in 0..<64 {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard open.contains(descriptor), poll(&ready, 1, 0) > 0 else { break }
        take(descriptor)
      }
    }
  }

  static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    // A negative number would be a wait without an end.
    let left = max(deadline - .now, .zero).components
    return Int32(min(left.seconds, 3600) * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1)
  }
}
