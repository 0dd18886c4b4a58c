import CLinux
import ControlModel
import Glibc
import ProcessIdentity
import Synchronization

/// A short-lived program whose end is awaited, on a thread of its own: bubblewrap's `--die-with-parent` means the thread
/// that started it, so that thread has to stay until the program has ended. The thread has left the session keyring of
/// whoever started this process, and so has the program.
final class ChildCommand: Sendable {
  struct Outcome: Sendable {
    /// The exit status; 128 and the signal's number for a program that was killed.
    var status: Int32
    /// The end of what it wrote, standard error included.
    var output: String
  }

  private static let keptOutput = 16_384

  private struct State {
    var child: ProcessHandle?
    var isCancelled = false
  }

  private let command: [String]
  private let environment: [String: String]
  private let state = Mutex(State())

  init(command: [String], environment: [String: String]) {
    self.command = command
    self.environment = environment
  }

  func run() async throws(ControlFailure) -> Outcome {
    let result: Result<Outcome, ControlFailure> = await withCheckedContinuation { continuation in
      detachThread { continuation.resume(returning: self.perform()) }
    }
    return try result.get()
  }

  /// Kills the program and what it has started; `run` then returns as for any that was killed.
  func cancel() {
    state.withLock { state in
      state.isCancelled = true
      if let child = state.child { _ = ProcessTree.kill(child) }
    }
  }

  /// Lets the program and what it has started rest, or go on.
  func freeze(_ isFrozen: Bool) {
    state.withLock { state in
      guard let child = state.child else { return }
      if isFrozen {
        ProcessTree.stopDescendants(of: child.identity.pid)
        child.signal(SIGSTOP)
      } else {
        child.signal(SIGCONT)
        ProcessTree.resumeDescendants(of: child.identity.pid)
      }
    }
  }

  private func perform() -> Result<Outcome, ControlFailure> {
    do throws(ControlFailure) {
      // This thread ends with the program. Where there are no keyrings, nothing is shared.
      _ = paddock_leave_session_keyring()
      var ends: [Int32] = [-1, -1]
      guard pipe2(&ends, O_CLOEXEC) == 0 else { throw systemFailure("make a pipe for", command[0]) }
      defer { close(ends[0]) }
      let pid = try spawn(output: ends[1])
      let output = readEnd(of: ends[0], until: register(pid))
      let status = reap(pid)
      state.withLock { $0.child = nil }
      return .success(Outcome(status: status, output: output))
    } catch {
      return .failure(error)
    }
  }

  /// Closes this process's writing end in any case: reading ends when the program has closed its own.
  private func spawn(output: Int32) throws(ControlFailure) -> Int32 {
    defer { close(output) }
    return try Spawn(command: command, environment: environment, output: output).start()
  }

  /// The child is not reaped before `perform` does it, so its id cannot mean another process here. `nil` when it has
  /// ended.
  private func register(_ pid: Int32) -> ProcessHandle? {
    guard let identity = ProcessIdentity(of: pid), let handle = ProcessHandle(identity) else { return nil }
    state.withLock { state in
      state.child = handle
      if state.isCancelled { _ = ProcessTree.kill(handle) }
    }
    return handle
  }

  /// The end of what the program has written when it ends: whatever outlives it and keeps the pipe open is not waited for.
  private func readEnd(of descriptor: Int32, until child: ProcessHandle?) -> String {
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var kept: [UInt8] = []
    var hasEnded = false
    repeat {
      hasEnded = child.map { waitForOutput(descriptor, orEndOf: $0) } ?? true
    } while takeOutput(of: descriptor, into: &kept) && !hasEnded
    return String(decoding: kept.suffix(Self.keptOutput), as: UTF8.self)
  }

  /// Whether the program has ended; what it wrote before is in the pipe then.
  private func waitForOutput(_ descriptor: Int32, orEndOf child: ProcessHandle) -> Bool {
    var entries = [descriptor, child.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while poll(&entries, 2, -1) < 0 && errno == EINTR {}
    return entries[1].revents != 0
  }

  /// All there is; `false` at the end of the pipe.
  private func takeOutput(of descriptor: Int32, into kept: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 && errno == EAGAIN }
      kept += chunk[..<count]
      if kept.count > 2 * Self.keptOutput { kept.removeFirst(kept.count - Self.keptOutput) }
    }
  }

  private func reap(_ pid: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}

/// Runs `body` on a new thread that ends with it.
func detachThread(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  let argument = Unmanaged.passRetained(Box(body)).toOpaque()
  var thread = pthread_t()
  let result = pthread_create(
    &thread, &attributes,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, argument)
  // Without a thread to be had the caller's own must do: its work may wait, but is never lost.
  if result != 0 { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
}
