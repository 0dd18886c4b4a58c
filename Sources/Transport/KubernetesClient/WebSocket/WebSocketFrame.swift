/// One frame of RFC 6455, unmasked.
struct WebSocketFrame: Sendable, Hashable {
  enum Opcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
  }

  var opcode: Opcode
  /// The last frame of its message.
  var isFinal = true
  var payload: [UInt8]

  /// As a client sends it: masked, which keeps what one side chose to say from being taken for HTTP by what is in between.
  func encoded(mask: (UInt8, UInt8, UInt8, UInt8)) -> [UInt8] {
    var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode.rawValue]
    switch payload.count {
    case ..<126: bytes.append(0x80 | UInt8(payload.count))
    case ..<65_536: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      bytes.append(0x80 | 127)
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift))
      }
    }
    let keys = [mask.0, mask.1, mask.2, mask.3]
    bytes += keys
    bytes.reserveCapacity(bytes.count + payload.count)
    for (index, byte) in payload.enumerated() { bytes.append(byte ^ keys[index & 3]) }
    return bytes
  }

  func encoded() -> [UInt8] {
    encoded(mask: (.random(in: 0...255), .random(in: 0...255), .random(in: 0...255), .random(in: 0...255)))
  }
}

/// Why the other side does not speak WebSocket.
struct WebSocketViolation: Error, Hashable, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
