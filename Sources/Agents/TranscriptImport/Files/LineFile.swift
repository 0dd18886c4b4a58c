import ControlModel
import Files
import Glibc

/// Reads a file line by line, as far as it goes when it is opened: one that grows as fast as it is read would have no end.
/// Memory is that of the longest line.
final class LineFile {
  struct Line {
    /// Without its line break.
    var bytes: [UInt8]
    var number: Int
    /// Longer than any record; `bytes` are its beginning.
    var isTooLong = false
    /// The last line of a file that is being written may have no line break yet.
    var isTerminated: Bool
  }

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private var number = 0
  /// Bytes that may still be read.
  private var rest: Int64

  /// The bounds that an import states (docs/cli.md).
  static let longestLine = 64 << 20
  static let longestFile: Int64 = 4 << 30

  /// Bytes read at once at the least; a longer line doubles it. Folders hold thousands of small files, for which more
  /// would be cleared than is read.
  private static let chunk = 1 << 16

  init(_ file: HeldFile, _ path: String) throws(ControlFailure) {
    guard file.status.kind == .regular else {
      throw FileFailure.leftOut(path, "it is \(file.status.kind)")
    }
    guard file.status.size <= Self.longestFile else {
      throw FileFailure.leftOut(path, "it has more than \(Self.longestFile >> 30) GiB")
    }
    do throws(FileSystemError) { descriptor = try file.openToRead() } catch {
      throw FileFailure.cannotRead(path, error)
    }
    rest = file.status.size
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
      if buffer.count - start > Self.longestLine { return try passLongLine() }
      try fill()
    }
  }

  /// Reads on to the end of a line that is no record any more, keeping its beginning alone.
  private func passLongLine() throws(ControlFailure) -> Line? {
    number += 1
    let beginning = Array(buffer[start..<start + 256])
    var isTerminated = false
    while !isTerminated {
      start = buffer.count
      try fill()
      if isAtEnd { break }
      guard let end = lineBreak(from: start) else { continue }
      start = end + 1
      isTerminated = true
    }
    return Line(bytes: beginning, number: number, isTooLong: true, isTerminated: isTerminated)
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
    let wanted = Int(min(Int64(max(Self.chunk, count)), rest))
    guard wanted > 0 else {
      isAtEnd = true
      return
    }
    buffer.append(contentsOf: repeatElement(0, count: wanted))
    let got = buffer.withUnsafeMutableBytes { bytes in
      read(descriptor, bytes.baseAddress.map { $0 + count }, wanted)
    }
    buffer.removeSubrange((count + max(0, got))...)
    if got < 0, errno == EINTR { return }
    guard got >= 0 else {
      throw ControlFailure(.unavailable, "A file could not be read to its end: \(String(cString: strerror(errno))).")
    }
    rest -= Int64(got)
    // One that was cut short meanwhile.
    isAtEnd = got == 0
  }
}

enum FileFailure {
  static func cannotRead(_ path: String, _ error: FileSystemError) -> ControlFailure {
    ControlFailure(error.isMissing ? .notFound : .invalidArgument, "\(path) cannot be read: \(error).")
  }

  /// What was found at a path, opened now.
  static func again(_ path: String, _ identity: FileIdentity) throws(ControlFailure) -> HeldFile {
    do throws(FileSystemError) { return try HeldFile.again(path, identity) } catch {
      if error == .replaced { throw leftOut(path, "something else was put in its place while the import ran") }
      throw cannotRead(path, error)
    }
  }

  static func leftOut(_ path: String, _ reason: String) -> ControlFailure {
    ControlFailure(.invalidArgument, "\(path) was left out: \(reason).")
  }
}
