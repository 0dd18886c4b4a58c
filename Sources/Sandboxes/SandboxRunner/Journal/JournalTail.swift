import Glibc

/// What a crash or a loss of power left behind the last whole event.
enum JournalTail {
  /// Copies everything from `end` on to `PATH.torn-OFFSET`, then cuts it off. Nobody has seen it: an event is
  /// published only once all of its line is on disk. So a disk too full for the copy does not stop the runner.
  static func cut(_ file: JournalFile, at end: Int64) throws(JournalError) -> Journal.TornTail? {
    let length = try file.size() - end
    guard length > 0 else { return nil }
    let name = try? keep(file, from: end)
    try file.truncate(to: end)
    try file.synchronize()
    return Journal.TornTail(offset: end, length: length, keptIn: name)
  }

  private static func keep(_ file: JournalFile, from end: Int64) throws(JournalError) -> String {
    let copy = try emptyFile(named: "\(file.path).torn-\(end)")
    defer { copy.close() }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var position = end
    while true {
      let start = position
      let count = try buffer.withUnsafeMutableBufferPointer { buffer throws(JournalError) in
        let count = try file.read(into: buffer, at: start)
        try copy.write(UnsafeBufferPointer(rebasing: buffer[..<count]), at: start - end)
        return count
      }
      guard count > 0 else { break }
      position += Int64(count)
    }
    try copy.synchronize()
    JournalFile.synchronizeDirectory(of: file.path)
    return copy.path
  }

  /// A tail torn at the same place before keeps its name; the next one is numbered.
  private static func emptyFile(named path: String) throws(JournalError) -> JournalFile {
    for attempt in 1..<1000 {
      let name = attempt == 1 ? path : "\(path).\(attempt)"
      do { return try JournalFile(path: name, flags: O_RDWR | O_CREAT | O_EXCL) } catch {
        guard case .system(_, let cause) = error, cause.code == EEXIST else { throw error }
      }
    }
    throw .system(path: path, SystemError("open", EEXIST))
  }
}
