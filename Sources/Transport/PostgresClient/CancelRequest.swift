import CPostgres
import Dispatch

/// What libpq needs to cancel the running statement of a connection, over a second connection. libpq documents PQcancel
/// as safe on any thread; the pointer is written once, here.
final class CancelRequest: Sendable {
  // Safe on any thread, as said above; never written again.
  nonisolated(unsafe) private let pointer: OpaquePointer

  init?(_ connection: OpaquePointer) {
    guard let pointer = PQgetCancel(connection) else { return nil }
    self.pointer = pointer
  }

  deinit {
    PQfreeCancel(pointer)
  }

  /// Blocks until the server has passed the signal on, so it runs on a queue of its own.
  func send(then done: @escaping @Sendable () -> Void) {
    DispatchQueue.global().async {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
        _ = PQcancel(self.pointer, message.baseAddress, 256)
      }
      done()
    }
  }
}
