/// Reads the answer to an upgrade from a raw connection: a head of HTTP/1.1, and what a refusal says. Pure.
struct UpgradeAnswer {
  enum Step: Equatable {
    case more
    /// What follows the head belongs to the new protocol.
    case switched(HTTPHeaders, rest: [UInt8])
    case answered(status: Int, HTTPHeaders, body: [UInt8])
    case broken(String)
  }

  /// An API server's heads are some hundred bytes.
  private static let maximumHead = 256 << 10
  private static let maximumBody = 4 << 20

  private var bytes: [UInt8] = []
  private var head: HTTPHead?

  mutating func read(_ piece: [UInt8]) -> Step {
    bytes += piece
    while head == nil {
      guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
        return bytes.count > Self.maximumHead ? .broken("a head without an end") : .more
      }
      guard let parsed = Self.parse(bytes[..<end.lowerBound]) else { return .broken("an answer without a head") }
      bytes.removeSubrange(..<end.upperBound)
      if parsed.status == 101 { return .switched(parsed.headers, rest: bytes) }
      // Others below 200 only announce the answer.
      if parsed.status >= 200 { head = parsed }
    }
    return body(isComplete: false)
  }

  /// The peer has closed.
  func finish() -> Step {
    head == nil ? .broken("an answer without a head") : body(isComplete: true)
  }

  private func body(isComplete: Bool) -> Step {
    guard let head else { return .more }
    if head.status == 204 || head.status == 304 { return .answered(status: head.status, head.headers, body: []) }
    if let length = head.headers["Content-Length"].flatMap({ Int($0) }), length >= 0 {
      guard isComplete || bytes.count >= min(length, Self.maximumBody) else { return .more }
      return .answered(status: head.status, head.headers, body: Array(bytes.prefix(length)))
    }
    if head.headers["Transfer-Encoding"]?.lowercased() == "chunked" {
      let (body, hasEnded) = Self.unchunked(bytes)
      guard isComplete || hasEnded || body.count > Self.maximumBody else { return .more }
      return .answered(status: head.status, head.headers, body: body)
    }
    guard isComplete || bytes.count > Self.maximumBody else { return .more }
    return .answered(status: head.status, head.headers, body: bytes)
  }

  private static func parse(_ bytes: ArraySlice<UInt8>) -> HTTPHead? {
    var reader = HeadReader()
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first, first.starts(with: "HTTP/1.".utf8) else { return nil }
    for line in lines { _ = line.withUnsafeBytes { reader.read($0) } }
    return reader.partial
  }

  /// The chunks that are there, and whether the last one is among them.
  private static func unchunked(_ bytes: [UInt8]) -> (body: [UInt8], hasEnded: Bool) {
    var body: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let size = String(decoding: rest[..<end], as: UTF8.self).prefix { $0.isHexDigit }
      guard let count = Int(size, radix: 16) else { return (body, true) }
      if count == 0 { return (body, true) }
      let start = end + 1
      guard rest.endIndex - start >= count else { break }
      body += rest[start..<start + count]
      rest = rest[(start + count)...].drop { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }
    return (body, false)
  }
}
