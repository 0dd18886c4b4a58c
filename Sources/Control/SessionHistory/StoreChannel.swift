import ControlModel
import PostgresClient

/// The channels of NOTIFY. A notification only says that there is something to read.
enum StoreChannel {
  static let intents = "paddock_intents"
  static let sessions = "paddock_sessions"

  /// Ids with a comma between, empty for "any". Postgres takes less than 8000 bytes: 200 ids in each.
  static func payloads(_ sessions: Set<SessionID>) -> [String] {
    let ids = sessions.map(\.text)
    return stride(from: 0, to: ids.count, by: 200).map { ids[$0...].prefix(200).joined(separator: ",") }
  }

  static func change(_ event: PostgresListenEvent) -> StoreChange? {
    switch event {
    case .reconnected: .everything
    case .notification(let notification) where notification.channel == intents: .intents
    case .notification(let notification) where notification.channel == sessions:
      .sessions(Set(notification.payload.split(separator: ",").compactMap { SessionID(String($0)) }))
    case .notification: nil
    }
  }
}
