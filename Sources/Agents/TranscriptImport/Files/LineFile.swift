import ControlModel
import Glibc

/// Reads a file line by line; memory is that of the longest line.
final class LineFile {
  struct Line {
    /// Without its line break.
    var bytes: [UInt8]
    var number: Int
    /// The last line of a file that is being written may have no line break yet.
    var isTerminated: Bool
  }

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private var number = 0

  /// Bytes read at once at the least; a longer line doubles it. Folders hold thousands of small files, for which more
  /// would be cleared than is read.
  private static let chunk = 1 << 16

  init(_ path: String) throws(ControlFailure) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure.cannotRead(path) }
  }

  deinit { close(descriptor) }

  func next() throws(ControlFailure) -> Line? {
    var searched = start
    while true {
      if let end = lineBreak(from: searched) {
        defer { start = end + 1 }
        return line(start..<end, isTerminated: true)
      }
      searched = buffer.count - start
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return line(start..<buffer.count, isTerminated: false)
      }
      try fill()
    }
  }

  private func line(_ range: Range<Int>, isTerminated: Bool) -> Line {
    number += 1
    var range = range
    if number == 1, buffer[range].starts(with: [0xEF, 0xBB, 0xBF]) { range = range.lowerBound + 3..<range.upperBound }
    if let last = buffer[range].last, last == 0x0D { range = range.lowerBound..<range.upperBound - 1 }
    return Line(bytes: Array(buffer[range]), number: number, isTerminated: isTerminated)
  }

  private func lineBreak(from position: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard position < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + position, 0x0A, bytes.count - position)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// Moves what is left to the front and reads on behind it.
  private func fill() throws(ControlFailure) {
    buffer.removeSubrange(..<start)
    start = 0
    let count = buffer.count
    let wanted = max(Self.chunk, count)
    buffer.append(contentsOf: repeatElement(0, count: wanted))
    let got = buffer.withUnsafeMutableBytes { bytes in
      read(descriptor, bytes.baseAddress.map { $0 + count }, wanted)
    }
    buffer.removeSubrange((count + max(0, got))...)
    if got < 0, errno == EINTR { return }
    guard got >= 0 else {
      throw ControlFailure(.unavailable, "A file could not be read to its end: \(String(cString: strerror(errno))).")
    }
    isAtEnd = got == 0
  }
}

enum FileFailure {
  static func cannotRead(_ path: String) -> ControlFailure {
    ControlFailure(.invalidArgument, "\(path) cannot be read: \(String(cString: strerror(errno))).")
  }
}
