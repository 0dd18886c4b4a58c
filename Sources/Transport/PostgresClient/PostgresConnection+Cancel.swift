import CPostgres
import Dispatch
import QueueExecutor

extension PostgresConnection {
  nonisolated func requestCancel(_ id: UInt64) {
    executor.queue.async { self.assumeIsolated { $0.cancel(id) } }
  }

  private func cancel(_ id: UInt64) {
    guard handle != nil, operation?.id == id, operation?.isCancelled == false else { return }
    operation?.isCancelled = true
    if operation?.isListening == true { return endWait(.interrupted) }
    sendCancel(id)
    giveUpLater(id)
  }

  /// The server ignores a request that overtakes its statement, so it is repeated for as long as the statement runs.
  private func sendCancel(_ id: UInt64) {
    guard let handle, operation?.id == id, operation?.cancelInFlight == false,
      let request = CancelRequest(handle.pointer)
    else { return }
    operation?.cancelInFlight = true
    request.send {
      self.executor.queue.async {
        self.assumeIsolated { if $0.operation?.id == id { $0.cancelArrived() } }
      }
      self.executor.queue.asyncAfter(deadline: .now() + 0.25) { [weak self] in
        self?.assumeIsolated { $0.sendCancel(id) }
      }
    }
  }

  /// A server that does not react in time costs the connection, not the caller.
  private nonisolated func giveUpLater(_ id: UInt64) {
    executor.queue.asyncAfter(deadline: .now() + configuration.cancelGrace) { [weak self] in
      self?.assumeIsolated { connection in
        guard connection.operation?.id == id else { return }
        if connection.socketWait == nil { _ = connection.lost("a statement could not be cancelled in time") }
        connection.endWait(.interrupted)
      }
    }
  }

  func cancelArrived() {
    operation?.cancelInFlight = false
    operation?.cancelWaiter?.resume()
    operation?.cancelWaiter = nil
  }
}
