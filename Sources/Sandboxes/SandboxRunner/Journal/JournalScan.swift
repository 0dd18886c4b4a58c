import ControlModel
import Glibc

/// One pass over a journal, in memory that does not grow with it: checks every line, hands out the events, and finds
/// where the whole ones end.
struct JournalScan {
  private static let chunkSize = 1 << 20

  private let file: JournalFile
  private var position: Int64 = 0
  private var line: Int64 = 0
  /// The line that is no event, if there is one: harmless as long as no event follows it.
  private var suspect: (line: Int64, reason: String)?

  /// The end of the last whole event; what follows is torn.
  private(set) var end: Int64 = 0
  private(set) var firstSeq: Int64?
  private(set) var lastSeq: Int64?
  private(set) var index = JournalIndex()

  init(_ file: JournalFile) {
    self.file = file
  }

  mutating func run(_ replay: (Event) -> Void) throws(JournalError) {
    var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
    var carry: [UInt8] = []
    while true {
      let count = try chunk.withUnsafeMutableBufferPointer { buffer throws(JournalError) in
        try file.read(into: buffer, at: position + Int64(carry.count))
      }
      guard count > 0 else { return }
      var start = 0
      while let newline = Self.newline(in: chunk, start..<count) {
        carry.append(contentsOf: chunk[start..<newline])
        try take(carry, replay)
        carry.removeAll(keepingCapacity: true)
        start = newline + 1
      }
      carry.append(contentsOf: chunk[start..<count])
    }
  }

  private static func newline(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, let found = memchr(base + range.lowerBound, 0x0A, range.count) else {
        return nil
      }
      return UnsafeRawPointer(found) - base
    }
  }

  private mutating func take(_ bytes: [UInt8], _ replay: (Event) -> Void) throws(JournalError) {
    line += 1
    let start = position
    position += Int64(bytes.count) + 1
    let event: Event
    do { event = try EventLine.decode(bytes) } catch {
      guard case .notJSON = error else { throw broken(line, start, "\(error)") }
      if suspect == nil { suspect = (line, "\(error)") }
      return
    }
    if let suspect { throw broken(suspect.line, end, suspect.reason) }
    if let lastSeq, event.seq != lastSeq + 1 {
      throw broken(line, start, "its number is \(event.seq) where \(lastSeq + 1) must follow")
    }
    firstSeq = firstSeq ?? event.seq
    lastSeq = event.seq
    index.note(seq: event.seq, offset: start)
    end = position
    replay(event)
  }

  private func broken(_ line: Int64, _ offset: Int64, _ reason: String) -> JournalError {
    .broken(path: file.path, line: line, offset: offset, reason: reason)
  }
}
