package import ControlModel

/// Why a journal cannot be opened or written.
package enum JournalError: Error, Sendable, Hashable {
  /// Another process has it open.
  case locked(path: String)
  /// A line that is no event, with events behind it: something other than a crash has been at the file.
  case broken(path: String, line: Int64, offset: Int64, reason: String)
  case system(path: String, SystemError)
}

extension JournalError: CustomStringConvertible {
  package var description: String { failure.summary }

  package var failure: ControlFailure {
    switch self {
    case .locked(let path):
      ControlFailure(.conflict, "The journal '\(path)' is in use by another runner.")
    case .broken(let path, let line, let offset, let reason):
      ControlFailure(
        .malformed, "Line \(line) of the journal '\(path)' (byte \(offset)) is not an event: \(reason).",
        hint: "Nothing was changed. Repair the line from a copy, or cut the file there by hand.")
    case .system(let path, let error):
      ControlFailure(.unavailable, "The journal '\(path)' cannot be used: \(error).")
    }
  }
}
