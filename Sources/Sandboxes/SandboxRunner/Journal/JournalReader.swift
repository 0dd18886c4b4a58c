import ControlModel
import Glibc
import QueueExecutor

/// Reads published parts of a journal for all streams, on a queue of its own: a disk may take its time.
actor JournalReader {
  /// A place between two events, or within one that is larger than a chunk.
  struct Cursor: Sendable, Hashable {
    fileprivate(set) var offset: Int64
  }

  private static let chunkSize = 128 << 10

  private let executor = QueueExecutor(label: "dev.paddock.runner.reader")
  nonisolated let feed: JournalFeed
  private let file: JournalFile

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(_ feed: JournalFeed) throws(JournalError) {
    self.feed = feed
    file = try JournalFile(path: feed.path, flags: O_RDONLY)
  }

  deinit { file.close() }

  /// The place behind event `seq`; the beginning for a number before the first. Somebody who has seen more than the
  /// journal holds looks at another journal.
  func cursor(after seq: Int64) throws -> Cursor {
    let last = feed.lastSeq
    guard seq <= last else {
      throw ControlFailure(
        .conflict, "The journal ends at event \(last), before event \(seq).",
        hint: "Its volume may have been put back from an older copy.")
    }
    guard let mark = feed.mark(for: seq + 1) else { return Cursor(offset: feed.end) }
    var cursor = Cursor(offset: mark.offset)
    try skip(max(0, seq + 1 - mark.seq), &cursor)
    return cursor
  }

  /// The next bytes, at most one chunk; empty when everything published has been read.
  func read(_ cursor: Cursor) throws -> ([UInt8], Cursor) {
    let bytes = try chunk(at: cursor)
    return (bytes, Cursor(offset: cursor.offset + Int64(bytes.count)))
  }

  private func skip(_ lines: Int64, _ cursor: inout Cursor) throws {
    var left = lines
    while left > 0 {
      let bytes = try chunk(at: cursor)
      guard !bytes.isEmpty else { return }
      var used = 0
      while left > 0, let newline = bytes[used...].firstIndex(of: 0x0A) {
        used = newline + 1
        left -= 1
      }
      cursor.offset += Int64(left > 0 ? bytes.count : used)
    }
  }

  private func chunk(at cursor: Cursor) throws -> [UInt8] {
    let wanted = Int(min(Int64(Self.chunkSize), feed.end - cursor.offset))
    guard wanted > 0 else { return [] }
    return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      count = try file.read(into: buffer, at: cursor.offset)
    }
  }
}
