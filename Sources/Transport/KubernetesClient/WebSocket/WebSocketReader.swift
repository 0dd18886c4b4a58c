/// Bytes of a server, in pieces of any size, as messages and control frames.
struct WebSocketReader {
  enum Item: Hashable {
    /// Binary and text alike.
    case message([UInt8])
    case ping([UInt8])
    case pong
    /// With the code of RFC 6455, section 7.4, if there is one.
    case close(code: Int?, reason: String)
  }

  /// API servers send at most a few kilobytes at once.
  let maximumMessage: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var message: [UInt8]?

  init(maximumMessage: Int = 16 << 20) {
    self.maximumMessage = maximumMessage
  }

  mutating func append(_ bytes: [UInt8]) throws(WebSocketViolation) -> [Item] {
    buffer += bytes
    var items: [Item] = []
    while let frame = try nextFrame() {
      if let item = try take(frame) { items.append(item) }
    }
    buffer.removeFirst(start)
    start = 0
    return items
  }

  private mutating func nextFrame() throws(WebSocketViolation) -> WebSocketFrame? {
    guard buffer.count - start >= 2 else { return nil }
    let (first, second) = (buffer[start], buffer[start + 1])
    guard first & 0x70 == 0 else { throw WebSocketViolation("a frame uses an extension that was not agreed on") }
    guard second & 0x80 == 0 else { throw WebSocketViolation("a frame of the server is masked") }
    guard let opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F) else {
      throw WebSocketViolation("a frame is of no known kind")
    }
    let isFinal = first & 0x80 != 0
    guard !opcode.isControl || isFinal && second < 126 else {
      throw WebSocketViolation("a control frame is too long or in parts")
    }
    guard let (length, header) = try length(of: second) else { return nil }
    guard buffer.count - start - header >= length else { return nil }
    let payload = Array(buffer[(start + header)..<(start + header + length)])
    start += header + length
    return WebSocketFrame(opcode: opcode, isFinal: isFinal, payload: payload)
  }

  private func length(of byte: UInt8) throws(WebSocketViolation) -> (length: Int, header: Int)? {
    let count = byte == 126 ? 2 : byte == 127 ? 8 : 0
    guard count > 0 else { return (Int(byte), 2) }
    guard buffer.count - start >= 2 + count else { return nil }
    let value = buffer[(start + 2)..<(start + 2 + count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard value <= UInt64(maximumMessage) else {
      throw WebSocketViolation("a frame is longer than \(maximumMessage) bytes")
    }
    return (Int(value), 2 + count)
  }

  private mutating func take(_ frame: WebSocketFrame) throws(WebSocketViolation) -> Item? {
    switch frame.opcode {
    case .ping: return .ping(frame.payload)
    case .pong: return .pong
    case .close: return close(frame.payload)
    case .continuation:
      guard let begun = message else { throw WebSocketViolation("a message goes on that was not begun") }
      guard begun.count + frame.payload.count <= maximumMessage else {
        throw WebSocketViolation("a message is longer than \(maximumMessage) bytes")
      }
      message = begun + frame.payload
    case .text, .binary:
      guard message == nil else { throw WebSocketViolation("a message begins within another") }
      message = frame.payload
    }
    guard frame.isFinal, let whole = message else { return nil }
    message = nil
    return .message(whole)
  }

  private func close(_ payload: [UInt8]) -> Item {
    guard payload.count >= 2 else { return .close(code: nil, reason: "") }
    return .close(
      code: Int(payload[0]) << 8 | Int(payload[1]), reason: String(decoding: payload.dropFirst(2), as: UTF8.self))
  }
}
