import CPostgres
import Dispatch

/// What NOTIFY said.
package struct PostgresNotification: Sendable, Hashable {
  package var channel: String
  package var payload: String

  package init(channel: String, payload: String) {
    self.channel = channel
    self.payload = payload
  }
}

extension PostgresConnection {
  /// Adds channels; `nextNotification` then waits for what is sent to them.
  package func listen(_ channels: [String]) async throws(PostgresError) {
    guard !channels.isEmpty else { return }
    try await script(channels.map { "LISTEN \(quotedIdentifier($0))" }.joined(separator: "; "))
  }

  /// Has the connection for itself until a notification comes or the task is cancelled.
  package func nextNotification() async throws(PostgresError) -> PostgresNotification {
    while true {
      if let notification = try await nextNotification(within: 3600) { return notification }
    }
  }

  /// The same for so many seconds at most; `nil` when none has come.
  package func nextNotification(within seconds: Double) async throws(PostgresError) -> PostgresNotification? {
    let deadline = DispatchTime.now() + seconds
    return try await operate(listening: true) { () async throws(PostgresError) in
      while true {
        if let notification = try arrived() { return notification }
        switch try await waitForSocket(until: deadline) {
        case .ready: if PQconsumeInput(try connected()) != 1 { throw lost() }
        case .interrupted where operation?.isCancelled == true: throw .cancelled
        case .interrupted: throw .closed
        case .timedOut: return nil
        }
        guard PQstatus(try connected()) == CONNECTION_OK else { throw lost() }
      }
    }
  }

  private func arrived() throws(PostgresError) -> PostgresNotification? {
    if operation?.isCancelled == true { throw .cancelled }
    guard let notification = PQnotifies(try connected()) else { return nil }
    defer { PQfreemem(notification) }
    return PostgresNotification(
      channel: String(cString: notification.pointee.relname), payload: String(cString: notification.pointee.extra))
  }
}

/// A name as SQL, whatever characters it has.
package func quotedIdentifier(_ name: String) -> String {
  "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
