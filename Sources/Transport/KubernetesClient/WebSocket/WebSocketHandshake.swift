import HTTPTransport

/// The request that turns a connection into a WebSocket, and what may answer it (RFC 6455, section 4).
struct WebSocketHandshake {
  /// Sixteen random bytes in base 64.
  let key: String
  let protocols: [String]

  init(protocols: [String]) {
    self.init(protocols: protocols, key: Base64.encode((0..<16).map { _ in .random(in: 0...255) }))
  }

  init(protocols: [String], key: String) {
    self.protocols = protocols
    self.key = key
  }

  var headers: HTTPHeaders {
    [
      "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key,
      "Sec-WebSocket-Protocol": protocols.joined(separator: ", "),
    ]
  }

  /// The protocol that the server chose from ours. `headers` are those of an answer with status 101.
  func accepted(_ headers: HTTPHeaders) throws(WebSocketViolation) -> String {
    guard headers["Upgrade"]?.lowercased() == "websocket" else {
      throw WebSocketViolation("it changed to another protocol")
    }
    guard headers["Sec-WebSocket-Accept"] == Self.acceptance(of: key) else {
      throw WebSocketViolation("it answered somebody else's handshake")
    }
    guard let chosen = headers["Sec-WebSocket-Protocol"], protocols.contains(chosen) else {
      throw WebSocketViolation("it speaks none of \(protocols.joined(separator: ", "))")
    }
    return chosen
  }

  static func acceptance(of key: String) -> String {
    Base64.encode(SHA1.digest(Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)))
  }
}
