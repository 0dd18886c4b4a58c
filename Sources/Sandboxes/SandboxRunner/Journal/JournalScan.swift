import ControlModel
import Glibc

/// One pass over a journal, in memory that does not grow with it: checks the lines, hands out the events that somebody
/// goes on from, and finds where the whole ones end.
///
/// Only the end of a journal can be torn, as everything before it was on the disk long ago. So further up, an agent's
/// words and tool calls, of which nobody needs more than the first, are looked at for their numbers alone.
struct JournalScan {
  private static let chunkSize = 1 << 20
  /// Far more than any agent writes between two synchronisations.
  private static let wholeTail: Int64 = 32 << 20
  private static let skimmed: Set<EventKind> = [.assistant, .thinking, .toolCall, .toolResult, .output]

  private let file: JournalFile
  /// From here on every line is read as a whole.
  private var tail: Int64 = 0
  private var handedOut: Set<EventKind> = []
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
    tail = try file.size() - Self.wholeTail
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
    if position < tail, suspect == nil, let head = JournalLine.skim(bytes), head.seq == lastSeq.map({ $0 + 1 }),
      Self.skimmed.contains(head.kind), handedOut.contains(head.kind)
    {
      return note(head.seq, at: start)
    }
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
    note(event.seq, at: start)
    handedOut.insert(event.kind)
    replay(event)
  }

  private mutating func note(_ seq: Int64, at start: Int64) {
    firstSeq = firstSeq ?? seq
    lastSeq = seq
    index.note(seq: seq, offset: start)
    end = position
  }

  private func broken(_ line: Int64, _ offset: Int64, _ reason: String) -> JournalError {
    .broken(path: file.path, line: line, offset: offset, reason: reason)
  }
}
