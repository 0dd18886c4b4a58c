package enum PostgresListenEvent: Sendable, Hashable {
  case notification(PostgresNotification)
  /// The channels are being listened to from here on; what was sent before, notifications may have been missed. Comes
  /// first, after each reconnection, and when the reader was so slow that notifications had to be dropped. Whoever
  /// reads everything now and then follows the notifications misses nothing.
  case reconnected
}

/// Listens on a connection of its own, for as long as somebody reads.
package struct PostgresListener: Sendable {
  private let configuration: PostgresConfiguration

  package init(_ configuration: PostgresConfiguration) {
    self.configuration = configuration
  }

  /// Never fails: while the server is away, it tries again and again.
  package func events(channels: [String]) -> AsyncStream<PostgresListenEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: PostgresListenEvent.self, bufferingPolicy: .bufferingNewest(1024))
    let task = Task { await follow(channels, continuation) }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func follow(_ channels: [String], _ events: AsyncStream<PostgresListenEvent>.Continuation) async {
    var backoff = Backoff()
    while !Task.isCancelled {
      if let connection = try? await PostgresConnection.connect(configuration) {
        await forward(connection, channels, events, &backoff)
        await connection.close()
      }
      if Task.isCancelled { break }
      try? await Task.sleep(for: .seconds(backoff.delay()))
    }
    events.finish()
  }

  /// Returns when the connection ends.
  private func forward(
    _ connection: PostgresConnection, _ channels: [String],
    _ events: AsyncStream<PostgresListenEvent>.Continuation, _ backoff: inout Backoff
  ) async {
    do throws(PostgresError) {
      try await connection.listen(channels)
      backoff.reset()
      events.yield(.reconnected)
      while true {
        let notification = try await connection.nextNotification()
        if case .dropped = events.yield(.notification(notification)) { events.yield(.reconnected) }
      }
    } catch {
      // Whatever it was, `follow` connects again.
    }
  }
}
