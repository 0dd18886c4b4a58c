import ControlModel
import Files
import Glibc
import QueueExecutor

/// Reads a journal whose runner has ended, batch by batch as its consumer asks.
actor JournalReader {
  private static let chunk = 256 * 1024
  /// Bytes of one event: four times the longest line of a runtime.
  private static let longestLine = 64 << 20

  private nonisolated let executor = QueueExecutor(label: "paddock.local-sandbox-engine.journal")
  private let path: String
  private var last: Int64
  private var descriptor: Int32?
  private var rest: [UInt8] = []

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(path: String, after seq: Int64) {
    self.path = path
    last = seq
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  /// `nil` at the end. A last line without its newline was never journalled: the next runner cuts it off.
  func next() throws(ControlFailure) -> [Event]? {
    guard let descriptor = try opened() else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.chunk)
    while true {
      let count = read(descriptor, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw systemFailure("read", path) }
      guard count > 0 else { return nil }
      let hasLine = bytes[..<count].contains(0x0A)
      rest += bytes[..<count]
      guard hasLine else {
        if rest.count <= Self.longestLine { continue }
        throw ControlFailure(
          .malformed, "A line of the journal '\(path)' after event \(last) is longer than \(Self.longestLine) bytes.")
      }
      let events = try takeLines()
      if !events.isEmpty { return events }
    }
  }

  private func opened() throws(ControlFailure) -> Int32? {
    if let descriptor { return descriptor }
    let found: Int32
    do { found = try PlainFile.open(path) } catch {
      if error.isMissing { return nil }
      throw systemFailure("open", path, error)
    }
    descriptor = found
    lseek(found, off_t(JournalSearch(descriptor: found).start(after: last)), SEEK_SET)
    return found
  }

  private func takeLines() throws(ControlFailure) -> [Event] {
    guard let end = rest.lastIndex(of: 0x0A) else { return [] }
    let lines = rest[..<end].split(separator: 0x0A)
    var events: [Event] = []
    for line in lines {
      let event: Event
      do { event = try EventLine.decode(Array(line)) } catch {
        throw ControlFailure(.malformed, "A line of the journal '\(path)' after event \(last) is no event: \(error).")
      }
      if event.seq > last {
        events.append(event)
        last = event.seq
      }
    }
    rest.removeSubrange(...end)
    return events
  }
}
