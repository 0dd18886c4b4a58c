import Glibc

/// Cuts a process's output into lines. A line longer than `limit` is not kept: only its length is told, at its end.
struct LineSplitter {
  enum Piece: Sendable, Hashable {
    case line([UInt8])
    /// `head` is the beginning of the line, for people.
    case overlong(length: Int, head: [UInt8])
  }

  static let headLength = 256

  private let limit: Int
  private var kept: [UInt8] = []
  private var skipped = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// The lines that `bytes` completes.
  mutating func take(_ bytes: UnsafeRawBufferPointer) -> [Piece] {
    var pieces: [Piece] = []
    var rest = bytes[...]
    while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, let found = memchr(base, 0x0A, rest.count) {
      let length = UnsafeRawPointer(found) - base
      keep(rest.prefix(length))
      pieces.append(finish())
      rest = rest.dropFirst(length + 1)
    }
    keep(rest)
    return pieces
  }

  /// What stands after the last newline when the output ends.
  mutating func end() -> Piece? {
    kept.isEmpty && skipped == 0 ? nil : finish()
  }

  private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
    if skipped > 0 || kept.count + bytes.count > limit {
      skipped += bytes.count
      if kept.count > Self.headLength {
        skipped += kept.count - Self.headLength
        kept = Array(kept.prefix(Self.headLength))
      } else if skipped == bytes.count {
        let head = bytes.prefix(Self.headLength - kept.count)
        kept.append(contentsOf: head)
        skipped -= head.count
      }
    } else {
      kept.append(contentsOf: bytes)
    }
  }

  private mutating func finish() -> Piece {
    defer {
      kept = []
      skipped = 0
    }
    return skipped > 0 ? .overlong(length: kept.count + skipped, head: kept) : .line(kept)
  }
}
