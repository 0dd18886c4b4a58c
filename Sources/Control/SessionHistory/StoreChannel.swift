import ControlModel
import PostgresClient

/// The channels of NOTIFY have names that only those know who may listen; a notification only says that there is
/// something to read.
enum StoreChannel {
  static let mine = "SELECT name FROM paddock.my_channels() AS name ORDER BY name"

  static func change(_ event: PostgresListenEvent) -> StoreChange? {
    switch event {
    case .reconnected: .everything
    case .lost: .lost
    case .notification(let notification) where notification.payload.isEmpty: .intents
    case .notification(let notification):
      .sessions(Set(notification.payload.split(separator: ",").compactMap { SessionID(String($0)) }))
    }
  }
}
