import AgentRuntimes
import CSpawn
import Dispatch
import Glibc
import Synchronization

/// The pipes of a process, before each end has found its owner. The fourth carries its exit from the thread that waits
/// for it to the queue.
struct ChildPipes: Sendable {
  let input: Pipe
  let output: Pipe
  let error: Pipe
  let end: Pipe

  init() throws(SystemError) {
    var made: [Pipe] = []
    do throws(SystemError) {
      for _ in 0..<4 { made.append(try Pipe()) }
    } catch {
      Self.close(made)
      throw error
    }
    (input, output, error, end) = (made[0], made[1], made[2], made[3])
  }

  func closeChildEnds() {
    for end in [input.readEnd, output.writeEnd, error.writeEnd] { _ = Glibc.close(end) }
  }

  func closeAll() { Self.close([input, output, error, end]) }

  /// Blocks until the process has ended; then sends how, and closes the sending end.
  func tellEnd(of process: pid_t) {
    var status: (code: Int32, signal: Int32) = (-1, -1)
    let error = cspawn_wait_ended(process, &status.code, &status.signal)
    if error != 0 { status = (-1, -1) }
    _ = retrying { write(end.writeEnd, &status, MemoryLayout.size(ofValue: status)) }
    _ = Glibc.close(end.writeEnd)
  }

  static func readEnd(_ descriptor: Int32) -> RuntimeExit {
    var status: (code: Int32, signal: Int32) = (-1, -1)
    let count = retrying { read(descriptor, &status, MemoryLayout.size(ofValue: status)) }
    guard count == MemoryLayout.size(ofValue: status), status.code >= 0 || status.signal >= 0 else {
      return .notStarted("Its exit status is lost.")
    }
    return status.signal >= 0 ? .signal(status.signal) : .code(status.code)
  }

  private static func close(_ pipes: [Pipe]) {
    for pipe in pipes {
      _ = Glibc.close(pipe.readEnd)
      _ = Glibc.close(pipe.writeEnd)
    }
  }
}

/// Hands the outcome of a start from its thread to the waiting queue.
final class StartResult: Sendable {
  private let outcome = Mutex<Result<pid_t, SystemError>?>(nil)
  private let ready = DispatchSemaphore(value: 0)

  func set(_ body: () throws(SystemError) -> pid_t) -> pid_t? {
    let result = Result(catching: body)
    outcome.withLock { $0 = result }
    ready.signal()
    return try? result.get()
  }

  func wait() throws(SystemError) -> pid_t {
    ready.wait()
    guard let result = outcome.withLock({ $0 }) else { throw SystemError("pthread_create", EAGAIN) }
    return try result.get()
  }
}
