import CPostgres
import Dispatch
import QueueExecutor

/// One wait for a socket. The sources of a wait are gone before the wait ends, so libpq may close the socket after it.
struct SocketWait {
  enum Outcome {
    case ready, timedOut, interrupted
  }

  let id: UInt64
  var continuation: CheckedContinuation<Outcome, Never>?
  var sources: [any DispatchSourceProtocol] = []
  var openSources = 0
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
      var wait = SocketWait(id: id, continuation: continuation)
      if reading { wait.sources.append(DispatchSource.makeReadSource(fileDescriptor: socket, queue: executor.queue)) }
      if writing { wait.sources.append(DispatchSource.makeWriteSource(fileDescriptor: socket, queue: executor.queue)) }
      wait.openSources = wait.sources.count
      socketWait = wait
      for source in wait.sources { start(source, id) }
      if let deadline { endWait(id, .timedOut, at: deadline) }
    }
  }

  private func start(_ source: any DispatchSourceProtocol, _ id: UInt64) {
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
    for source in socketWait?.sources ?? [] { source.cancel() }
  }

  private func sourceEnded(_ id: UInt64) {
    guard socketWait?.id == id else { return }
    socketWait?.openSources -= 1
    guard let wait = socketWait, wait.openSources == 0 else { return }
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
