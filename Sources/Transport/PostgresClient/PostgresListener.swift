package enum PostgresListenEvent: Sendable, Hashable {
  case notification(PostgresNotification)
  /// The channels are being listened to from here on; what was sent before, notifications may have been missed. Comes
  /// first, after each reconnection, and when the reader was so slow that notifications had to be dropped. Whoever
  /// reads everything now and then follows the notifications misses nothing.
  case reconnected
  /// The connection has ended, or the server has not answered a small question in time. `reconnected` follows when it
  /// answers again.
  case lost
}

/// Listens on a connection of its own, for as long as somebody reads.
package struct PostgresListener: Sendable {
  private let configuration: PostgresConfiguration
  private let heartbeat: Heartbeat

  /// A socket that is open and silent looks like a server that has nothing to say; so it is asked.
  package struct Heartbeat: Sendable {
    /// Seconds without a notification before the server is asked, and those that it has for its answer.
    package var interval = 1.0
    package var patience = 0.75

    package init() {}
  }

  package init(_ configuration: PostgresConfiguration, heartbeat: Heartbeat = Heartbeat()) {
    self.configuration = configuration
    self.heartbeat = heartbeat
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
      events.yield(.lost)
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
        guard let notification = try await connection.nextNotification(within: heartbeat.interval) else {
          try await ask(connection, events)
          continue
        }
        if case .dropped = events.yield(.notification(notification)) { events.yield(.reconnected) }
      }
    } catch {
      // Whatever it was, `follow` connects again.
    }
  }

  /// The question stays open: a server that was only held up answers it later.
  private func ask(
    _ connection: PostgresConnection, _ events: AsyncStream<PostgresListenEvent>.Continuation
  ) async throws(PostgresError) {
    let alarm = Task { [patience = heartbeat.patience] in
      try await Task.sleep(for: .seconds(patience))
      events.yield(.lost)
    }
    defer { alarm.cancel() }
    let began = ContinuousClock.now
    _ = try await connection.query("SELECT 1")
    if ContinuousClock.now - began >= .seconds(heartbeat.patience) { events.yield(.reconnected) }
  }
}
