package import ControlModel

/// Drives one long-lived `claude -p` that speaks stream-json both ways (Claude Code 2.1; shared/agent-formats.md).
///
/// Messages carry the operation's id as their `uuid`, so that a message may be sent again after a crash: Claude Code
/// runs it if it never began, and only acknowledges it if it did. In the second case the turn was cut off, and the
/// driver asks Claude Code to go on with it.
package struct ClaudeCodeDriver: RuntimeDriver {
  static let program = "Claude Code"

  enum Phase: Sendable {
    case notStarted, starting, running, exited
    /// Dead, and the runner was told to start it again.
    case relaunching
  }

  let configuration: RuntimeConfiguration
  var phase = Phase.notStarted
  var conversation: ClaudeConversation
  var messages = MessageBacklog()
  var resumption = ClaudeResumption()
  var approvals = ClaudeApprovals()
  var calls = OpenCalls()
  var totals = ClaudeTotals()
  /// Of the session, over all its processes.
  var cost: USD
  var openUsage = ClaudeOpenUsage()
  var relaunches = RelaunchPolicy()
  /// Between the first record of a turn and its `result`.
  var isInTurn = false
  /// The runner stops: turns that end by that are not over.
  var isStopping = false
  private var interrupts = 0

  package init(_ configuration: RuntimeConfiguration) {
    self.configuration = configuration
    cost = configuration.spent ?? 0
    conversation = ClaudeConversation(
      id: configuration.runtimeSessionID ?? configuration.session.text,
      isStored: configuration.runtimeSessionID != nil)
  }

  package var runtimeSessionID: String? { conversation.id }

  package var state: RunnerStatus.RuntimeState {
    switch phase {
    case .notStarted, .starting, .relaunching: .starting
    case .exited: .exited
    case .running:
      if !approvals.isEmpty { .approval } else { isInTurn || !messages.unanswered.isEmpty ? .working : .waiting }
    }
  }

  package func checkRoom(for message: RunnerMessage) throws(ControlFailure) { try messages.checkRoom(for: message) }

  package mutating func send(_ message: RunnerMessage, at time: Timestamp) -> [RuntimeAction] {
    guard messages.add(message) else { return [] }
    let event = RuntimeAction.emit(EventDraft(.user, message.text, messageID: message.id.text))
    switch phase {
    case .notStarted, .relaunching: return [event]
    case .starting, .running: return [event, .write(ClaudeInput.message(id: message.id.text, text: message.text))]
    case .exited:
      phase = .relaunching
      relaunches.succeed()
      return [event, .relaunch(afterSeconds: 0)]
    }
  }

  package mutating func interrupt(at time: Timestamp) -> [RuntimeAction] {
    guard phase == .running || phase == .starting else { return [] }
    interrupts += 1
    let event = EventDraft(.lifecycle, "\(Self.program) was asked to stop", name: "runtime.interrupt")
    return [.emit(event), .write(ClaudeInput.request(id: "interrupt-\(interrupts)", ["subtype": "interrupt"]))]
  }

  /// Without its input Claude Code denies what it would ask about, and goes on; so it keeps it for as long as it works.
  package mutating func stop(at time: Timestamp) -> [RuntimeAction] {
    isStopping = true
    return switch state {
    case .working: []
    case .approval: [.signal(15)]
    default: [.closeInput]
    }
  }

  package var endsItsTools: Bool { true }

  package mutating func decide(
    _ decision: ApprovalDecision, at time: Timestamp
  ) throws(ControlFailure) -> [RuntimeAction] {
    guard let answer = try approvals.decide(decision) else { return [] }
    return [.emit(.decision(decision)), .write(answer)]
  }
}
