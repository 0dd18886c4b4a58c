package import ControlModel

/// Drives any command (docs/exec-runtime.md): lines that are JSON objects become events, other lines `output`, and
/// messages go to its standard input.
package struct ExecDriver: RuntimeDriver {
  /// How the command takes what it is told.
  enum Input: Sendable {
    /// A message is its text and a newline.
    case text
    /// One JSON object a line, after the command's `hello`.
    case json
  }

  let configuration: RuntimeConfiguration
  var input = Input.text
  var messages = MessageBacklog()
  /// Requests without a decision, oldest first.
  var openApprovals: [String] = []
  var openCalls = OpenCalls()
  private var decisions = NewestSet<String>(limit: ClaimLimit.requests)
  /// The conversation has events of an earlier process.
  private var isResumed = false
  /// An interrupt was asked for, and the command printed nothing since.
  var isInterrupted = false
  /// The command has said when a turn was over, or how it reads messages: it speaks for itself.
  var marksTurns = false
  var unasked = UnaskedWork()
  private var phase = Phase.notStarted

  private enum Phase: Sendable {
    case notStarted, running, exited
  }

  package init(_ configuration: RuntimeConfiguration) {
    self.configuration = configuration
  }

  package var runtimeSessionID: String? { configuration.runtimeSessionID ?? configuration.session.text }

  package var state: RunnerStatus.RuntimeState {
    switch phase {
    case .notStarted: .starting
    case .exited: .exited
    case .running: openApprovals.isEmpty ? (isInTurn ? .working : .waiting) : .approval
    }
  }

  private var isInTurn: Bool { !messages.unanswered.isEmpty || !openCalls.isEmpty || unasked.isSeen }

  package mutating func replay(_ event: Event) {
    messages.replay(event.content)
    switch event.kind {
    case .result:
      messages.answerAll()
      if event.content.name != Self.inferredResult { marksTurns = true }
    case .lifecycle where event.content.name == "runtime.exited": if isDone(event.content) { messages.answerAll() }
    case .approvalDecision: if let id = event.content.messageID { decisions.insert(id) }
    case .lifecycle where event.content.name == "runtime.started": isResumed = true
    case .lifecycle where event.content.name == "runtime.hello":
      marksTurns = true
      if event.content.detail["input"]?.stringValue == "json" { input = .json }
    default: break
    }
  }

  /// It has done all it was told, and no later run is told it again: it ended well by itself, or for the end of its input,
  /// and does not say when its turns are over.
  private func isDone(_ exit: EventDraft) -> Bool {
    guard exit.detail["stopped"]?.boolValue == true else { return !exit.isError }
    let isSuccess = exit.detail["exit"]?.stringValue == RuntimeExit.code(0).word
    return isSuccess && !marksTurns && exit.detail["terminated"]?.boolValue == false
  }

  private static let inferredResult = "exec.waiting"

  package var mayWaitSilently: Bool {
    !marksTurns && openCalls.isEmpty && (state == .working || state == .waiting && unasked.isUnknown)
  }

  /// It has read all it was told and wants more, so the turn is over.
  package mutating func waitsForInput(at time: Timestamp) -> [RuntimeAction] {
    guard mayWaitSilently else { return [] }
    let wasInTurn = isInTurn
    unasked.end()
    guard wasInTurn else { return [] }
    messages.answerAll()
    return [
      .emit(
        EventDraft(
          .result, "The command waits for input", name: Self.inferredResult,
          detail: ["stopReason": "waiting for input"]))
    ]
  }

  package mutating func isAtWork(at time: Timestamp) -> [RuntimeAction] {
    guard mayWaitSilently, unasked.note(at: time), messages.unanswered.isEmpty else { return [] }
    return [.emit(EventDraft(.lifecycle, "The command is at work", name: "runtime.turn"))]
  }

  package mutating func launch(at time: Timestamp) -> RuntimeLaunch {
    phase = .running
    unasked.end()
    if !marksTurns { unasked.mayHaveBegun(at: time) }
    isInterrupted = false
    openApprovals = []
    openCalls.forget()
    var environment = ["PADDOCK_SESSION_ID": configuration.session.text, "PADDOCK_STATE": configuration.stateDirectory]
    environment["PADDOCK_PROMPT"] = configuration.prompt
    environment["PADDOCK_RESUMED"] = isResumed ? "1" : nil
    let start = EventDraft(
      .lifecycle, isResumed ? "The command was started again" : "The command was started",
      name: isResumed ? "runtime.resumed" : "runtime.started",
      detail: ["runtimeSessionID": .string(configuration.session.text)])
    isResumed = true
    let writes = messages.unanswered.map { RuntimeAction.write(line(for: $0)) }
    return RuntimeLaunch(command: configuration.command, environment: environment, actions: [.emit(start)] + writes)
  }

  package func checkRoom(for message: RunnerMessage) throws(ControlFailure) { try messages.checkRoom(for: message) }

  package mutating func send(_ message: RunnerMessage, at time: Timestamp) -> [RuntimeAction] {
    guard messages.add(message) else { return [] }
    let event = RuntimeAction.emit(EventDraft(.user, message.text, messageID: message.id.text))
    switch phase {
    case .notStarted: return [event]
    case .running: return [event, .write(line(for: message))]
    case .exited: return [event, .relaunch(afterSeconds: 0)]
    }
  }

  package mutating func interrupt(at time: Timestamp) -> [RuntimeAction] {
    guard phase == .running else { return [] }
    isInterrupted = true
    let event = EventDraft(.lifecycle, "Interrupt: SIGINT was sent to the command", name: "runtime.interrupt")
    return [.emit(event), .signal(2)]
  }

  package mutating func decide(
    _ decision: ApprovalDecision, at time: Timestamp
  ) throws(ControlFailure) -> [RuntimeAction] {
    guard !decisions.contains(decision.id.text) else { return [] }
    guard phase == .running, openApprovals.contains(decision.callID) else {
      throw .noOpenApproval(decision.callID)
    }
    decisions.insert(decision.id.text)
    openApprovals.removeAll { $0 == decision.callID }
    return [.emit(.decision(decision)), .write(answer(decision))]
  }

  /// A decision as the command reads it.
  func answer(_ decision: ApprovalDecision) -> [UInt8] {
    var answer: JSONObject = [
      "type": "approval", "id": .string(decision.id.text), "callID": .string(decision.callID),
      "verdict": .string(decision.verdict.rawValue),
    ]
    answer["reason"] = decision.reason.map(JSONValue.string)
    return Array(JSONValue.object(answer).text.utf8) + [0x0A]
  }

  /// One that says when its turn is over keeps its input until then; any other may end with it when its work is done.
  package mutating func stop(at time: Timestamp) -> [RuntimeAction] {
    marksTurns && state == .working ? [] : [.closeInput]
  }

  package mutating func exited(_ status: RuntimeExit, at time: Timestamp) -> [RuntimeAction] {
    phase = .exited
    openApprovals = []
    unasked.end()
    // A command that dies of the interrupt did what it was told.
    let isDone = status.isSuccess || isInterrupted && [.signal(2), .code(130)].contains(status)
    if isDone { messages.answerAll() }
    let text =
      isDone && !status.isSuccess ? "The command ended of the interrupt" : status.sentence(about: "The command")
    return [.emit(.exit(text, status, isError: !isDone))]
  }

  /// A message as the command reads it: with `text` input its newlines become spaces, so that one message is one line.
  func line(for message: RunnerMessage) -> [UInt8] {
    switch input {
    case .text:
      let lines = message.text.split(whereSeparator: \.isNewline)
      return Array(lines.joined(separator: " ").utf8) + [0x0A]
    case .json:
      let object: JSONObject = [
        "type": "message", "id": .string(message.id.text), "text": .string(message.text),
      ]
      return Array(JSONValue.object(object).text.utf8) + [0x0A]
    }
  }
}
