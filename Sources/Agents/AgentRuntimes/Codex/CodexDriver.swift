package import ControlModel

/// Drives one long-lived `codex app-server` (Codex 0.163; docs/codex-runtime.md).
///
/// Messages carry the operation's id as their `clientUserMessageId`. Codex does not mind the same id twice, but keeps it
/// in the thread's history; after a crash the history says which messages it took.
package struct CodexDriver: RuntimeDriver {
  static let program = "Codex"

  enum Phase: Sendable {
    case notStarted, starting, running, exited
    /// Dead, and the runner was told to start it again.
    case relaunching
  }

  let configuration: RuntimeConfiguration
  var phase = Phase.notStarted
  /// The app-server's own conversation; `nil` until it has one.
  var thread: String?
  /// Codex said that it keeps something of the thread.
  var isStored = false
  /// It has the thread; what became of its messages may still be asked for.
  var isOpened = false
  /// Why the thread could not be had; the process is being ended for it.
  var startFault: String?
  var messages = MessageBacklog()
  /// Messages that Codex was given and has not shown in the thread yet.
  var sent: Set<String> = []
  /// Messages that are in the thread, to be answered by the turn that runs.
  var taken: Set<String> = []
  /// The turn that runs.
  var turn: String?
  /// An interrupt that came before Codex named the turn.
  var isInterruptDue = false
  var approvals = CodexApprovals()
  var items = CodexItems()
  var calls = CodexOpenCalls()
  /// By thread: sub-agents have threads of their own. Of one that is forgotten each record counts as what it says of itself.
  var totals = NewestEntries<String, CodexTotals>(limit: ClaimLimit.threads)
  /// The calls that started sub-agents, by their threads.
  var subThreads = NewestEntries<String, String>(limit: ClaimLimit.openCalls)
  var relaunches = RelaunchPolicy()
  /// The runner stops: turns that end by that are not over.
  var isStopping = false
  private var interrupts = 0

  package init(_ configuration: RuntimeConfiguration) {
    self.configuration = configuration
    thread = configuration.runtimeSessionID
    isStored = thread != nil
  }

  package var runtimeSessionID: String? { thread }

  package var state: RunnerStatus.RuntimeState {
    switch phase {
    case .starting where isOpened: .working
    case .notStarted, .starting, .relaunching: .starting
    case .exited: .exited
    case .running:
      if !approvals.isEmpty { .approval } else { turn != nil || !messages.unanswered.isEmpty ? .working : .waiting }
    }
  }

  package func checkRoom(for message: RunnerMessage) throws(ControlFailure) { try messages.checkRoom(for: message) }

  package mutating func send(_ message: RunnerMessage, at time: Timestamp) -> [RuntimeAction] {
    guard messages.add(message) else { return [] }
    let event = RuntimeAction.emit(EventDraft(.user, message.text, messageID: message.id.text))
    switch phase {
    // `ready` delivers what has come until then.
    case .notStarted, .relaunching, .starting: return [event]
    case .running: return [event, deliver(message)]
    case .exited:
      phase = .relaunching
      relaunches.succeed()
      return [event, .relaunch(afterSeconds: 0)]
    }
  }

  mutating func deliver(_ message: RunnerMessage) -> RuntimeAction {
    sent.insert(message.id.text)
    return speak(message.text, id: message.id.text)
  }

  /// `turn/start` begins a turn, or joins the one that runs: `turn/steer` does only the latter, and is refused when the
  /// turn ends before the request arrives.
  func speak(_ text: String, id: String) -> RuntimeAction {
    .write(
      CodexOutput.request(
        "turn/start", id: "message-\(id)",
        [
          "threadId": .string(thread ?? ""), "clientUserMessageId": .string(id),
          "input": [["type": "text", "text": .string(text)]],
        ]))
  }

  package mutating func interrupt(at time: Timestamp) -> [RuntimeAction] {
    guard phase == .running || phase == .starting else { return [] }
    let event = EventDraft(.lifecycle, "\(Self.program) was asked to stop", name: "runtime.interrupt")
    guard turn != nil else {
      isInterruptDue = !sent.isEmpty
      return [.emit(event)]
    }
    return [.emit(event), interruptTurn()]
  }

  /// Without its input the app-server ends, and the turn with it.
  package mutating func stop(at time: Timestamp) -> [RuntimeAction] {
    isStopping = true
    return state == .working ? [] : [.closeInput]
  }

  package var endsItsTools: Bool { true }

  mutating func interruptTurn() -> RuntimeAction {
    interrupts += 1
    isInterruptDue = false
    return .write(
      CodexOutput.request(
        "turn/interrupt", id: "interrupt-\(interrupts)",
        ["threadId": .string(thread ?? ""), "turnId": .string(turn ?? "")]))
  }

  package mutating func decide(
    _ decision: ApprovalDecision, at time: Timestamp
  ) throws(ControlFailure) -> [RuntimeAction] {
    guard let answer = try approvals.decide(decision) else { return [] }
    var actions: [RuntimeAction] = [.emit(.decision(decision)), .write(answer)]
    // A refusal has no room for words; they join the turn as a message.
    if decision.verdict == .deny, let reason = decision.reason, !reason.isEmpty {
      actions.append(speak("The operator denied this: \(reason)", id: decision.id.text))
    }
    return actions
  }
}
