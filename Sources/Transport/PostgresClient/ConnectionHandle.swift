import CPostgres

/// Owns a `PGconn`; closes it with its last reference.
final class ConnectionHandle {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    // libpq would write notices to standard error, which belongs to the console's screen.
    PQsetNoticeReceiver(pointer, { _, _ in }, nil)
  }

  deinit {
    PQfinish(pointer)
  }

  var message: String { text(PQerrorMessage(pointer)) }
}
