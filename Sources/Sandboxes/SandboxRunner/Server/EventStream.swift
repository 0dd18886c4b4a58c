import ControlModel
import HTTPService
import NIOCore
import NIOHTTP1

/// Sends a journal's lines to one reader, for as long as it listens and the runner lives. Every write waits until the socket takes it, so a
/// slow reader costs one chunk of memory, and neither the agent nor other readers wait for it.
struct EventStream {
  let feed: JournalFeed
  let reader: JournalReader

  func send(from cursor: JournalReader.Cursor, on connection: ServedConnection) async throws {
    let (channel, outbound) = (connection.channel, connection.outbound)
    connection.beginStream()
    let headers: HTTPHeaders = ["content-type": "application/jsonl", "cache-control": "no-store"]
    let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
    try await outbound.write(.head(head))
    let wakes = feed.wakes(until: channel.closeFuture)
    var cursor = cursor
    for await wake in wakes {
      let start = cursor
      cursor = try await sendPublished(from: cursor, outbound)
      // Between two events, an empty line says no more than that the connection lives.
      if wake == .tick, cursor == start { try await write(ByteBuffer(string: "\n"), on: outbound) }
    }
    // Past the writer, which does not say when the socket has taken what it was given: what waits in between is lost
    // when the channel, or the process, goes next.
    try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
  }

  private func sendPublished(
    from start: JournalReader.Cursor, _ outbound: ServedConnection.Outbound
  ) async throws -> JournalReader.Cursor {
    var cursor = start
    while true {
      let (bytes, next) = try await reader.read(cursor)
      if bytes.isEmpty { return cursor }
      try await write(ByteBuffer(bytes: bytes), on: outbound)
      cursor = next
    }
  }

  private func write(_ bytes: ByteBuffer, on outbound: ServedConnection.Outbound) async throws {
    try await outbound.write(.body(.byteBuffer(bytes)))
  }
}

extension JournalFeed {
  /// Ends with the connection, whether or not anything is being sent.
  fileprivate func wakes(until closed: EventLoopFuture<Void>) -> AsyncStream<Wake> {
    let (stream, end) = wakes()
    closed.whenComplete { _ in end() }
    return stream
  }
}
