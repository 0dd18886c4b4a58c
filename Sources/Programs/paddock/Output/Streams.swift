import Glibc

enum StandardOutput {
  static let isTerminal = isatty(STDOUT_FILENO) == 1

  static func write(_ text: String) { writeAll(Array(text.utf8), to: STDOUT_FILENO) }
  static func write(_ bytes: [UInt8]) { writeAll(bytes, to: STDOUT_FILENO) }
}

enum StandardError {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  static func write(_ text: String) { writeAll(Array(text.utf8), to: STDERR_FILENO) }
}

/// A reader that has gone away ends the program quietly, as it does with other tools.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR || errno == EAGAIN { continue }
      exit(errno == EPIPE ? 0 : 1)
    }
    rest = rest.dropFirst(count)
  }
}
