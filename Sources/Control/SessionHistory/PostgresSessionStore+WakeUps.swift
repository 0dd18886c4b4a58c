package import ControlModel
import PostgresClient

extension PostgresSessionStore {
  /// Starts with `.everything` as soon as the channels are listened to. What a slow reader has not fetched yet is
  /// merged, so nothing piles up behind it. Listens on a connection of its own for as long as the stream is kept.
  package func wakeUps() -> AsyncStream<StoreChange> {
    let subscription = ChangeSubscription(self)
    return AsyncStream {
      await subscription.mailbox.next()
    } onCancel: {
      subscription.end()
    }
  }

  /// Of the teams that the caller is in at present; one for all, for whoever sees all.
  fileprivate func channels() async throws(ControlFailure) -> [String] {
    try await query(StoreChannel.mine, []) { try $0.text("name") }
  }
}

/// Ends its listening with its last reference, which the stream has.
private final class ChangeSubscription: Sendable {
  let mailbox = ChangeMailbox()
  private let listening: Task<Void, Never>

  init(_ store: PostgresSessionStore) {
    listening = Task { [mailbox] in
      await Self.follow(store, mailbox)
      mailbox.finish()
    }
  }

  deinit { end() }

  func end() {
    listening.cancel()
    mailbox.finish()
  }

  /// Nobody tells of a team that somebody was let into, or out of, since nobody else may know; so it is asked for. Who
  /// listens anew is told that anything may have changed.
  private static func follow(_ store: PostgresSessionStore, _ mailbox: ChangeMailbox) async {
    var channels: [String]?
    var forwarding: Task<Void, Never>?
    while !Task.isCancelled {
      let latest = try? await store.channels()
      if let latest, latest != channels {
        forwarding?.cancel()
        channels = latest
        let events = PostgresListener(store.pool.configuration).events(channels: latest)
        forwarding = Task {
          for await event in events {
            if let change = StoreChannel.change(event) { mailbox.add(change) }
          }
        }
      }
      try? await Task.sleep(for: .seconds(latest == nil ? 0.5 : 3))
    }
    forwarding?.cancel()
  }
}
