import Glibc

/// A system call that failed, as `ENOSPC`-like facts: which call, and why.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  package var call: String
  package var code: Int32

  package init(_ call: String, _ code: Int32) {
    self.call = call
    self.code = code
  }

  /// Takes the calling thread's `errno`: make it right after the call.
  static func last(_ call: String) -> SystemError { SystemError(call, errno) }

  package var description: String { "\(call): \(Self.text(of: code))" }

  private static func text(of code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}

/// Repeats a call that a signal interrupted.
func retrying(_ body: () -> Int) -> Int {
  while true {
    let result = body()
    if result >= 0 || errno != EINTR { return result }
  }
}
