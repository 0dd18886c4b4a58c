package import ControlModel
import PostgresClient

extension PostgresSessionStore {
  /// Starts with `.everything` as soon as the channels are listened to. What a slow reader has not fetched yet is
  /// merged, so nothing piles up behind it. Listens on a connection of its own for as long as the stream is kept.
  package func wakeUps() -> AsyncStream<StoreChange> {
    let subscription = ChangeSubscription(
      PostgresListener(pool.configuration).events(channels: [StoreChannel.intents, StoreChannel.sessions]))
    return AsyncStream {
      await subscription.mailbox.next()
    } onCancel: {
      subscription.end()
    }
  }
}

/// Ends its listening with its last reference, which the stream has.
private final class ChangeSubscription: Sendable {
  let mailbox = ChangeMailbox()
  private let listening: Task<Void, Never>

  init(_ events: AsyncStream<PostgresListenEvent>) {
    listening = Task { [mailbox] in
      for await event in events {
        if let change = StoreChannel.change(event) { mailbox.add(change) }
      }
      mailbox.finish()
    }
  }

  deinit { end() }

  func end() {
    listening.cancel()
    mailbox.finish()
  }
}
