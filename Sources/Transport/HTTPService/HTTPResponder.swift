package import NIOCore
package import NIOHTTP1

/// What a server says.
package protocol HTTPResponder: Sendable {
  /// Whether this request shows that its sender may be here: by its head alone, as nothing else of it is kept before.
  func knows(_ head: HTTPRequestHead) -> Bool

  /// Answers one request; whether the connection can take another one. A stranger's never does.
  func answer(_ request: ServedRequest, on connection: ServedConnection) async throws -> Bool
}

package struct ServedRequest: Sendable {
  package var head: HTTPRequestHead
  /// `nil` for one that is larger than it may be, and for a stranger's.
  package var body: [UInt8]?
  package var isStranger: Bool

  /// Whether the answer should say that the connection stays.
  package var isKeptAlive: Bool { head.isKeepAlive && !isStranger }
}

/// The way back to who asked.
package struct ServedConnection: Sendable {
  package typealias Outbound = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

  package let channel: any Channel
  package let outbound: Outbound
  let room: HTTPService.Room
  let key: HTTPService.Room.Key

  /// The answer that begins may take as long as it likes.
  package func beginStream() {
    room.note(.stream, of: key)
    channel.triggerUserOutboundEvent(ConnectionWatch.Step.stream, promise: nil)
  }
}

/// A request as its parts come in.
struct IncomingRequest {
  private let limit: Int
  private var head: HTTPRequestHead?
  private var body: [UInt8]?

  init(limit: Int) {
    self.limit = limit
  }

  /// The request once it is complete. What goes beyond the limit is dropped, all of it where none is kept.
  mutating func take(_ part: HTTPServerRequestPart, isStranger: Bool) -> ServedRequest? {
    switch part {
    case .head(let head):
      self.head = head
      body = isStranger ? nil : []
    case .body(let buffer):
      guard let known = body, known.count + buffer.readableBytes <= limit else {
        body = nil
        return nil
      }
      body?.append(contentsOf: buffer.readableBytesView)
    case .end:
      defer { (head, body) = (nil, nil) }
      return head.map { ServedRequest(head: $0, body: body, isStranger: isStranger) }
    }
    return nil
  }
}
