import CPostgres
import Dispatch
import QueueExecutor
import Readiness

/// One wait for a socket. Its source is gone before the wait ends, so libpq may close the socket after it.
struct SocketWait {
  enum Outcome {
    case ready, timedOut, interrupted
  }

  let id: UInt64
  var continuation: CheckedContinuation<Outcome, Never>?
  let source: ReadinessSource
  var outcome: Outcome?
}

extension PostgresConnection {
  /// Waits until libpq's socket can be read or, where asked, written.
  func waitForSocket(
    reading: Bool = true, writing: Bool = false, until deadline: DispatchTime? = nil
  ) async throws(PostgresError) -> SocketWait.Outcome {
    let socket = PQsocket(try connected())
    guard socket >= 0 else { throw lost() }
    lastWait += 1
    let id = lastWait
    return await withCheckedContinuation { continuation in
      let directions: ReadinessSource.Directions = [reading ? .reading : [], writing ? .writing : []]
      let source = ReadinessSource(socket, for: directions, queue: executor.queue)
      socketWait = SocketWait(id: id, continuation: continuation, source: source)
      start(source, id)
      if let deadline { endWait(id, .timedOut, at: deadline) }
    }
  }

  private func start(_ source: ReadinessSource, _ id: UInt64) {
    source.setEventHandler { self.assumeIsolated { if $0.socketWait?.id == id { $0.endWait(.ready) } } }
    source.setCancelHandler { self.assumeIsolated { $0.sourceEnded(id) } }
    source.resume()
  }

  private nonisolated func endWait(_ id: UInt64, _ outcome: SocketWait.Outcome, at deadline: DispatchTime) {
    executor.queue.asyncAfter(deadline: deadline) { [weak self] in
      self?.assumeIsolated { if $0.socketWait?.id == id { $0.endWait(outcome) } }
    }
  }

  func endWait(_ outcome: SocketWait.Outcome) {
    guard socketWait?.outcome == nil else { return }
    socketWait?.outcome = outcome
    socketWait?.source.cancel()
  }

  private func sourceEnded(_ id: UInt64) {
    guard let wait = socketWait, wait.id == id else { return }
    socketWait = nil
    wait.continuation?.resume(returning: wait.outcome ?? .ready)
  }

  /// Waits for the server and takes in what it sent.
  func receive(alsoWriting: Bool = false) async throws(PostgresError) {
    guard try await waitForSocket(writing: alsoWriting) == .ready else {
      throw lost("a statement was given up before its answer came")
    }
    guard PQconsumeInput(try connected()) == 1 else { throw lost() }
  }

  /// Hands the server what libpq has buffered.
  func flush() async throws(PostgresError) {
    while true {
      switch PQflush(try connected()) {
      case 0: return
      case 1: try await receive(alsoWriting: true)
      default: throw lost()
      }
    }
  }
}
