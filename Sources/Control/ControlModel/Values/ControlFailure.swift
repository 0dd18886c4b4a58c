/// The one error that crosses a port: a stable code for scripts, a sentence for people, and what to do about it.
///
/// Nothing in it may hold a secret: all of it is shown, stored and logged.
package struct ControlFailure: Error, Sendable, Hashable {
  package enum Code: String, Sendable, Hashable {
    /// An argument, a file or a name that the caller can correct.
    case invalidArgument
    case notFound
    case alreadyExists
    /// The object changed since it was looked at (another generation, another uid): look again.
    case conflict
    /// The state of the object does not allow this action.
    case refused
    case permissionDenied
    /// Something that must run does not answer: a database, an engine, a runner.
    case unavailable
    /// A record, a file or an answer that is not what its format says.
    case malformed
    /// The machine lacks something: a program, a kernel feature, room on a disk.
    case unsupported
    case cancelled
    /// A defect of Paddock itself.
    case internalError
  }

  package var code: Code
  /// One whole sentence that names the thing and the place.
  package var summary: String
  /// What the reader can do next, a whole sentence.
  package var hint: String?
  /// More facts in order, safe to show.
  package var details: [Detail]
  /// Somebody else's transaction holds what this needed: what needs something else may go on meanwhile.
  package var isHeldUp = false

  package struct Detail: Sendable, Hashable {
    package var name: String
    package var value: String
  }

  package init(_ code: Code, _ summary: String, hint: String? = nil, details: KeyValuePairs<String, String> = [:]) {
    self.code = code
    self.summary = summary
    self.hint = hint
    self.details = details.map { Detail(name: $0.key, value: $0.value) }
  }
}

extension ControlFailure: CustomStringConvertible {
  package var description: String {
    hint.map { "\(summary) \($0)" } ?? summary
  }
}
