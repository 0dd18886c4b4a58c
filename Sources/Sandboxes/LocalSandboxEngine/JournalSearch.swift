import ControlModel
import Glibc

/// Where to begin to read a journal for what follows a number: numbers grow by one from line to line, so that halving
/// the file finds the place without reading what lies before it.
struct JournalSearch {
  /// Below this, reading on costs no more than another halving.
  static let granularity: Int64 = 64 * 1024

  let descriptor: Int32

  /// The start of a line at or before the first with a number above `seq`; 0 in doubt, as the reader checks every line.
  func start(after seq: Int64) -> Int64 {
    var status = stat()
    guard seq > 0, fstat(descriptor, &status) == 0 else { return 0 }
    // Lines that start before `low` are not wanted, those that start behind `high` may be left unread.
    var low: Int64 = 0
    var high = Int64(status.st_size)
    while high - low > Self.granularity {
      let middle = low + (high - low) / 2
      guard let line = nextLine(from: middle, before: high) else {
        high = middle
        continue
      }
      guard let number = number(at: line) else { return low }
      if number <= seq { low = line } else { high = middle }
    }
    return low
  }

  /// Of the last line that begins within the last stretch and has a number.
  func lastNumber() -> Int64? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    let start = max(0, Int64(status.st_size) - Self.granularity)
    let bytes = bytes(at: start, count: Int(min(Self.granularity, Int64(status.st_size))))
    var lines = bytes.indices.filter { bytes[$0] == 0x0A }.map { start + Int64($0) + 1 }
    if start == 0 { lines.insert(0, at: 0) }
    return lines.reversed().lazy.compactMap { number(at: $0) }.first
  }

  private func nextLine(from start: Int64, before end: Int64) -> Int64? {
    var position = start
    while position < end {
      let bytes = bytes(at: position, count: Int(min(Self.granularity, end - position)))
      if bytes.isEmpty { return nil }
      if let newline = bytes.firstIndex(of: 0x0A) {
        let line = position + Int64(newline) + 1
        return line < end ? line : nil
      }
      position += Int64(bytes.count)
    }
    return nil
  }

  /// Every line begins with its number; `nil` for one that does not, and for the end of the file.
  private func number(at line: Int64) -> Int64? {
    let prefix = Array(#"{"seq":"#.utf8)
    let bytes = bytes(at: line, count: prefix.count + 20)
    guard bytes.starts(with: prefix) else { return nil }
    let digits = bytes.dropFirst(prefix.count).prefix { (0x30...0x39).contains($0) }
    return Int64(String(decoding: digits, as: UTF8.self))
  }

  private func bytes(at offset: Int64, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      repeat {
        initialized = max(-1, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
      } while initialized < 0
        && errno == EINTR
      initialized = max(0, initialized)
    }
  }
}
