import Glibc

/// Cuts a stream of bytes into lines, wherever its pieces end. A line ends with `\n`; a `\r` before it belongs to the end.
package struct LineFraming: Sendable {
  /// The longest line in bytes, without its end.
  package let maximumLength: Int
  private var partial: [UInt8] = []

  package init(maximumLength: Int = 64 << 20) {
    self.maximumLength = maximumLength
  }

  /// The lines that are complete, without their ends; empty ones included.
  package mutating func append(_ piece: [UInt8]) throws(LineTooLong) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = 0
    while let end = Self.newline(in: piece, from: start) {
      try reserve(end - start)
      var line = partial
      line.append(contentsOf: piece[start..<end])
      partial = []
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      lines.append(line)
      start = end + 1
    }
    try reserve(piece.count - start)
    partial.append(contentsOf: piece[start...])
    return lines
  }

  /// What follows the last end of a line; `nil` when nothing does.
  package mutating func finish() -> [UInt8]? {
    defer { partial = [] }
    return partial.isEmpty ? nil : partial
  }

  private func reserve(_ count: Int) throws(LineTooLong) {
    guard partial.count + count <= maximumLength else { throw LineTooLong(limit: maximumLength) }
  }

  private static func newline(in piece: [UInt8], from start: Int) -> Int? {
    piece.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, start < bytes.count else { return nil }
      guard let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start) else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }
}

package struct LineTooLong: Error, Sendable, Hashable, CustomStringConvertible {
  /// In bytes.
  package var limit: Int

  package var description: String { "A line is longer than \(limit) bytes." }
}
