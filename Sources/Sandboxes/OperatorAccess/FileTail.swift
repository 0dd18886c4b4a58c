import ControlModel
import Files
import Glibc

/// The end of a growing file, and what comes behind it.
enum FileTail {
  /// Bytes of the past that are shown.
  private static let past = 256 << 10

  static func lines(of path: String) throws(ControlFailure) -> AsyncThrowingStream<[LogLine], any Error> {
    let file: Int32
    do { file = try PlainFile.open(path) } catch {
      throw ControlFailure(
        error.number == EACCES ? .permissionDenied : .notFound,
        "The runner's log \(path) cannot be read: \(error).")
    }
    return AsyncThrowingStream { continuation in
      let reading = Task {
        await follow(file) { continuation.yield($0) }
        close(file)
        continuation.finish()
      }
      continuation.onTermination = { _ in reading.cancel() }
    }
  }

  /// Until its task is cancelled. A file has no way to say that it grew but to be asked.
  @concurrent private static func follow(_ file: Int32, _ yield: ([LogLine]) -> Void) async {
    let end = lseek(file, 0, SEEK_END)
    lseek(file, max(0, end - off_t(past)), SEEK_SET)
    var partial: [UInt8] = []
    // What is before the first end of a line is a part of one.
    var isWithinLine = end > off_t(past)
    while !Task.isCancelled {
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else {
        try? await Task.sleep(for: .milliseconds(300))
        continue
      }
      partial += buffer[..<count]
      var pieces = partial.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      partial = Array(pieces.removeLast())
      if isWithinLine, !pieces.isEmpty {
        pieces.removeFirst()
        isWithinLine = false
      }
      if !pieces.isEmpty { yield(pieces.map { LogLine(text: String(decoding: $0, as: UTF8.self)) }) }
    }
  }
}
