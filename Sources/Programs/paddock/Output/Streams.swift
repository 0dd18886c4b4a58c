import Glibc
import Synchronization
import TerminalCore

// The only ways out of the program; Scripts/lint holds its other files to them. What goes to a terminal passes the one
// sanitiser here, so that no command can forget it. Pipes and files get the bytes as they are.

enum StandardOutput {
  static let isTerminal = isatty(STDOUT_FILENO) == 1

  static func write(_ text: String) { send(Array((isTerminal ? SafeText.lines(text) : text).utf8)) }

  /// On a terminal with escapes for what the sanitiser would change: to a reader of JSON that is the same.
  static func write(json bytes: [UInt8]) {
    isTerminal ? write(SafeText.json(bytes)) : send(bytes)
  }

  /// A reader that has gone away ends the program quietly, as it does with other tools.
  private static func send(_ bytes: [UInt8]) {
    guard let failure = writeAll(bytes, to: STDOUT_FILENO) else { return }
    quick_exit(failure == EPIPE ? 0 : 1)
  }
}

enum StandardError {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// What cannot be said is no reason to stop: a core goes on when its log's disk is full.
  static func write(_ text: String) {
    _ = writeAll(Array((isTerminal ? SafeText.lines(text) : text).utf8), to: STDERR_FILENO)
  }

  /// One line of a log, in files too: whoever reads a log reads it on a terminal, and a line break in a name must not look
  /// like a second record.
  static func record(_ text: String) {
    let line = text.hasSuffix("\n") ? String(text.dropLast()) : text
    _ = writeAll(Array((SafeText.line(line) + "\n").utf8), to: STDERR_FILENO)
  }

  /// One sentence on one line: a line break in a name must not look like a second message.
  static func say(_ sentence: String) {
    write((isTerminal ? SafeText.line(sentence) : sentence) + "\n")
  }
}

extension StandardError {
  /// Columns of what `progress` shows now.
  private static let progressColumns = Mutex(0)
  /// Narrow enough for one row of nearly every terminal.
  private static let widestProgress = 79

  /// Shows a line in the place of the last one, on terminals alone; an empty one takes it away. Blanks cover what was
  /// there, so that no escape sequence is needed.
  static func progress(_ text: String) {
    guard isTerminal else { return }
    progressColumns.withLock { columns in
      let line = SafeText.line(text).truncated(toColumns: widestProgress)
      if line.isEmpty, columns == 0 { return }
      let blanks = String(repeating: " ", count: max(0, columns - line.columns))
      _ = writeAll(Array("\r\(line)\(blanks)\(line.isEmpty ? "\r" : "")".utf8), to: STDERR_FILENO)
      columns = line.columns
    }
  }
}

/// Where loggers write.
struct StandardErrorStream: TextOutputStream, Sendable {
  mutating func write(_ text: String) { StandardError.record(text) }
}

/// The number of the failure; `nil` when all was written.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      guard errno == EAGAIN else { return errno }
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&entry, 1, 1000)
      continue
    }
    rest = rest.dropFirst(count)
  }
  return nil
}
