/// An engine that sees sandboxes of others, too. Nothing is done to one but what an operator asks for.
package protocol ForeignSandboxEngine: Sendable {
  /// All that are not known to be this installation's: some may bear the label of a session.
  func foreignSandboxes() async throws(ControlFailure) -> [ForeignSandbox]

  /// Does nothing unless the object is still the very version that `mark` names: `conflict`.
  func carryOut(_ action: ForeignAction, on sandbox: ForeignSandbox, _ mark: ForeignMark) async throws(ControlFailure)

  func log(of sandbox: ForeignSandbox, _ part: LogPart) async throws(ControlFailure) -> any LogReader

  func foreignReports(of sandboxes: [ForeignSandbox]) async -> [SessionID: SandboxReport]
}

package enum ForeignAction: String, Sendable, Hashable {
  case suspend, resume
  /// Its pod goes, and its controller makes another one.
  case restart
  /// The object goes, with all that it owns.
  case kill
}

/// Which part of a container's log.
package struct LogPart: Sendable, Hashable {
  package var container: String
  /// `nil`: from its beginning.
  package var start: Timestamp?
  package var follows: Bool
  /// Of the container's run before this one.
  package var isPrevious: Bool

  package init(container: String, start: Timestamp? = nil, follows: Bool, isPrevious: Bool = false) {
    self.container = container
    self.start = start
    self.follows = follows
    self.isPrevious = isPrevious
  }
}

/// A log as it comes, for one reader; what is not read waits where it was written.
package protocol LogReader: Sendable {
  /// `nil` at the end of the log, and when the node has no more to say.
  func next() async throws(ControlFailure) -> [LogLineBytes]?
}

/// Reads the lines of one log as events; what it cannot read is plain output.
package protocol LogTranscriber: Sendable {
  /// Takes in an event that an earlier reader made.
  mutating func replay(_ event: Event)
  /// At least one for each line.
  mutating func read(_ line: [UInt8], at time: Timestamp) -> [EventDraft]
  /// Once its records have told.
  var runtime: RuntimeName? { get }
}

/// Where foreign sandboxes have their history.
package protocol ForeignSandboxStore: Sendable {
  /// Of those that are there, that somebody wants something of, and these.
  func foreignSessions(and ids: Set<SessionID>) async throws(ControlFailure) -> [ForeignSession]
  func foreignSession(_ id: SessionID) async throws(ControlFailure) -> ForeignSession?

  /// Writes down what is seen; the generation goes up with each version of the object. One whose label names a session
  /// that is known is passed over.
  func mirror(_ sandboxes: [ForeignMirror]) async throws(ControlFailure)
  /// They were there and are not any more: over, with their history kept.
  func forsake(_ ids: Set<SessionID>) async throws(ControlFailure)
  func setRuntime(_ runtime: RuntimeName, of id: SessionID) async throws(ControlFailure)

  /// The last ones, in their order.
  func lastEvents(of id: SessionID, limit: Int) async throws(ControlFailure) -> [Event]
}

/// A foreign sandbox as it is stored.
package struct ForeignSession: Sendable, Hashable {
  package var session: Session
  package var projection: SessionProjection
  package var isGone: Bool

  package init(session: Session, projection: SessionProjection, isGone: Bool) {
    self.session = session
    self.projection = projection
    self.isGone = isGone
  }
}

/// What is to be stored of one.
package struct ForeignMirror: Sendable, Hashable {
  package var sandbox: ForeignSandbox
  package var state: SessionState
  package var reason: String

  package init(sandbox: ForeignSandbox, state: SessionState, reason: String) {
    self.sandbox = sandbox
    self.state = state
    self.reason = reason
  }
}
