package import ControlModel

/// A question before an action, bound to what the operator saw when it opened: this session, this generation, this
/// state, this call. Anything else is refused.
package struct Confirmation: Sendable {
  /// Keys that were on their way when the dialog opened are not meant for it.
  package static let graceSeconds = 0.3

  package enum Field: Sendable, Hashable {
    case typed, reason, cancel, confirm
  }

  /// What the dialog named; compared with the session as it is before anything is sent.
  package struct Target: Sendable, Hashable {
    package let session: SessionID
    package let team: ResourceName
    package let agent: ResourceName
    package let runtime: RuntimeName
    package let title: String
    package let generation: Int
    package let state: SessionState
    package let runtimeSessionID: String?
    package let foreign: ForeignMark?

    package init(_ session: Session) {
      self.session = session.id
      team = session.team
      agent = session.agent
      runtime = session.runtime
      title = session.title
      generation = session.generation
      state = session.state
      runtimeSessionID = session.runtimeSessionID
      foreign = session.foreign
    }

    /// Enough of the id to tell sessions apart by eye: version 7 ids begin with the time, so the end counts.
    package var shortID: String { "\(session.text.prefix(8))…\(session.text.suffix(6))" }
  }

  package let kind: Operation.Kind
  package private(set) var target: Target
  /// The call an approval is about, and what it asks.
  package let request: Event?
  package private(set) var openedAt: Timestamp
  package private(set) var focus: Field = .cancel
  package var reason = LineEditor()
  package var typed = LineEditor()
  /// What changed since the dialog opened; the action is refused while this is set.
  package private(set) var staleness: CleanText?

  package init(_ kind: Operation.Kind, _ session: Session, request: Event? = nil, at time: Timestamp) {
    self.kind = kind
    target = Target(session)
    self.request = request
    openedAt = time
    // A refusal without its reason teaches the agent nothing: the reason is what is typed first.
    if kind == .deny { focus = .reason }
  }

  package var asksReason: Bool { kind.asksReason }
  package var asksTyping: Bool { kind.asksName }

  package var fields: [Field] {
    (asksTyping ? [.typed] : []) + (asksReason ? [.reason] : []) + [.cancel, .confirm]
  }

  /// What must be typed before a purge: the title, or the beginning of the id.
  package var isTypedRight: Bool {
    guard asksTyping else { return true }
    let text = typed.text.trimmingSpaces
    let isPrefix = text.count >= 8 && target.session.text.hasPrefix(text.lowercased())
    return isPrefix || (!text.isEmpty && text == target.title.trimmingSpaces)
  }

  package var whyNotYet: CleanText? {
    if let staleness { return staleness }
    return isTypedRight ? nil : "Type the title or at least 8 characters of the id first."
  }

  package func isInGrace(at time: Timestamp) -> Bool {
    let age = time.seconds(since: openedAt)
    return age >= 0 && age < Self.graceSeconds
  }

  package mutating func moveFocus(by distance: Int) {
    let all = fields
    let index = all.firstIndex(of: focus) ?? 0
    focus = all[(index + distance + all.count) % all.count]
  }

  package mutating func insert(_ text: String) {
    switch focus {
    case .typed: typed.insert(text)
    case .reason: reason.insert(text)
    case .cancel, .confirm: break
    }
  }

  /// Compares with the session as it is; `nil` when it is gone.
  package mutating func check(against session: Session?) {
    guard let session else {
      staleness = "The session is gone."
      return
    }
    if session.generation != target.generation {
      staleness = "It has changed: generation \(target.generation) is over, \(session.generation) runs."
    } else if session.state != target.state {
      staleness = "It has changed: it was \(target.state.word) and is \(session.state.word)."
    }
  }

  /// Binds the dialog to the session as it is, after the operator has been shown the change. Not for approvals: their
  /// call may have been answered.
  package mutating func lookAgain(at session: Session, time: Timestamp) {
    target = Target(session)
    staleness = nil
    focus = .cancel
    openedAt = time
  }

  /// `nil` unless all that was asked is given and nothing has changed.
  package var draft: OperationDraft? {
    guard whyNotYet == nil else { return nil }
    let words = reason.text.trimmingSpaces
    return OperationDraft(
      kind: kind, team: target.team, session: target.session, title: target.title, generation: target.generation,
      argument: request?.content.callID, reason: words.isEmpty ? nil : words)
  }
}

extension String {
  var trimmingSpaces: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
