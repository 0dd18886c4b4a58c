/// Puts a head together from its lines. Heads that only announce another (1xx) are passed over, trailers are dropped.
struct HeadReader {
  private var head: HTTPHead?
  private var isComplete = false

  /// The head, at the empty line that ends it.
  mutating func read(_ line: UnsafeRawBufferPointer) -> HTTPHead? {
    guard !isComplete else { return nil }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      let words = text.split(whereSeparator: \.isWhitespace)
      head = HTTPHead(status: words.count > 1 ? Int(words[1]) ?? 0 : 0, headers: [:])
    } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
      head?.headers.append(String(text[..<colon]), Self.trimmed(text[text.utf8.index(after: colon)...]))
    } else if line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }), let head, head.status >= 200 {
      isComplete = true
      return head
    }
    return nil
  }

  /// The head as far as it is read.
  var partial: HTTPHead? { head }

  private static func trimmed(_ text: Substring) -> String {
    let spaces: Set<Character> = [" ", "\t", "\r", "\n", "\r\n"]
    let start = text.drop { spaces.contains($0) }
    return String(start.reversed().drop { spaces.contains($0) }.reversed())
  }
}
