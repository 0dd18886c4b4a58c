extension SessionProjection {
  /// Takes in the next event; events must come in order of `seq`.
  package mutating func apply(_ event: Event) {
    lastSeq = event.seq
    lastEventAt = event.time
    bytes += Count(steps: event.content.approximateSize)
    if let usage = event.content.usage { tokens = tokens + usage }
    if let cost = event.content.cost { self.cost = self.cost + cost }
    noteTasks(event)
    switch event.kind {
    case .lifecycle: applyLifecycle(event)
    case .user: asked(event)
    case .assistant, .thinking: work(event, "")
    case .toolCall: work(event, event.content.name?.firstWords ?? "tool")
    case .toolResult:
      if activity == .idle { isInTurn = true }
      settle(event)
    case .approvalRequest: approvalWanted(event)
    case .approvalDecision:
      decided(event.content.callID)
      settle(event)
    case .result: answered(event)
    case .error: reason = line(event.text)
    case .output: if activity == .working { now = line(event.text) }
    }
  }

  // MARK: Turns

  /// A message without an id comes from a transcript, where nobody tells which are answered: the turn's end does.
  private mutating func asked(_ event: Event) {
    turns += isInTurn || !unanswered.isEmpty ? 0 : 1
    if event.content.parentCallID == nil, let id = event.content.messageID,
      id.utf8.count <= ClaimLimit.id
    {
      unanswered.append(id)
      unanswered.removeFirst(max(0, unanswered.count - Self.mostUnanswered))
    } else {
      isInTurn = true
    }
    // What starts reads it when it has started; what has ended is started for it.
    if ![.starting, .approval].contains(activity) { move(to: .working, at: event.time) }
    now = line(event.text)
  }

  /// Runtimes that say which messages a turn answered leave others to the next; of the rest, a turn answers all.
  private mutating func answered(_ event: Event) {
    isInTurn = false
    forgetApprovals()
    if let ids = event.content.detail["messages"]?.arrayValue {
      let ids = Set(ids.compactMap(\.stringValue))
      unanswered.removeAll(where: ids.contains)
    } else {
      unanswered = []
    }
    run(event, reason: event.content.isError ? line(event.text) : "")
  }

  private mutating func approvalWanted(_ event: Event) {
    if event.content.parentCallID == nil { isInTurn = true }
    ask(event.content.callID)
    move(to: .approval, at: event.time, reason: line(event.text))
    now = line([event.content.name?.firstWords, event.text].compactMap(\.self).joined(separator: ": "))
  }

  /// What a sub-agent says is no turn of the session's own: it may go on when the turn is over.
  private mutating func work(_ event: Event, _ prefix: String) {
    if event.content.parentCallID == nil { isInTurn = true }
    settle(event)
    guard activity == .working else { return }
    now = line(prefix.isEmpty ? event.text : "\(prefix): \(event.text)")
  }

  // MARK: The runtime's life

  /// Names of `lifecycle` events; the runner and the drivers write them.
  private mutating func applyLifecycle(_ event: Event) {
    let content = event.content
    if let id = content.detail["runtimeSessionID"]?.stringValue, id.utf8.count <= ClaimLimit.id {
      runtimeSessionID = id
    }
    switch content.name {
    case "runner.started":
      if let number = content.detail["generation"]?.integerValue { generation = Generation.bounded(number) }
      endTurn()
      (pauses, slowed) = ([:], "")
      move(to: .starting, at: event.time)
    case "runner.paused", "runner.unpaused": applyPause(event.content)
    case "runner.slowed": slowed = line(event.text)
    case "runner.unslowed": slowed = ""
    case "runtime.started", "runtime.resumed":
      endTurn()
      run(event)
    case "runtime.turn" where content.parentCallID == nil, "runtime.continued":
      isInTurn = true
      settle(event)
    case "runtime.hello":
      // From here on the command says itself when it works.
      isInTurn = false
      settle(event)
    case "runtime.message": noteMessage(event)
    case "runtime.exited": exited(event)
    default: break
    }
  }

  private mutating func noteMessage(_ event: Event) {
    guard let state = event.content.detail["state"]?.stringValue, ["completed", "cancelled"].contains(state) else {
      return
    }
    unanswered.removeAll { $0 == event.content.messageID }
    settle(event)
  }

  private mutating func exited(_ event: Event) {
    endTurn()
    if event.content.detail["stopped"]?.boolValue == true { return move(to: .idle, at: event.time) }
    let next = activity(afterExit: event.content)
    if next == .finished { unanswered = [] }
    move(to: next, at: event.time, reason: line(event.text))
  }

  private mutating func applyPause(_ content: EventDraft) {
    guard let cause = content.detail["cause"]?.stringValue.flatMap(PauseCause.init(rawValue:)) else { return }
    let isPaused = content.name == "runner.paused"
    pauses[cause] = isPaused ? line(content.detail["reason"]?.stringValue ?? content.text, within: 500) : nil
  }

  /// A runtime that its runner starts again has not ended: whoever ends a session by it would take its sandbox away.
  private func activity(afterExit content: EventDraft) -> Activity {
    if content.detail["relaunches"] == true { return .starting }
    return content.isError ? .failed : .finished
  }

  private mutating func ask(_ call: String?) {
    guard let call, !openApprovals.contains(call) else { return }
    if openApprovals.count < ClaimLimit.openApprovals, call.utf8.count <= ClaimLimit.id {
      openApprovals.append(call)
    } else {
      unlistedApprovals += 1
    }
  }

  private mutating func decided(_ call: String?) {
    guard let call else { return }
    if let index = openApprovals.firstIndex(of: call) {
      openApprovals.remove(at: index)
    } else if unlistedApprovals > 0 {
      unlistedApprovals = unlistedApprovals - 1
    }
  }

  private mutating func forgetApprovals() { (openApprovals, unlistedApprovals) = ([], 0) }

  /// All of this belonged to a process that is gone.
  private mutating func endTurn() {
    isInTurn = false
    forgetApprovals()
    tasks = []
  }

  // MARK: The activity

  private mutating func noteTasks(_ event: Event) {
    guard let told = event.content.detail["tasks"]?.arrayValue else { return }
    tasks = BackgroundTask.list(told, at: event.time, known: tasks)
    if activity == .waiting { now = yourTurn }
  }

  /// A runtime that does not run stays as it is, whatever a late line says.
  private mutating func settle(_ event: Event) {
    // Logs and transcripts begin anywhere, and what speaks has started.
    let mayBegin = isInTurn && [.idle, .starting].contains(activity)
    guard mayBegin || [.working, .waiting, .approval].contains(activity) else { return }
    run(event)
  }

  private mutating func run(_ event: Event, reason: String = "") {
    if !openApprovals.isEmpty || unlistedApprovals > 0 { return }
    move(to: isInTurn || !unanswered.isEmpty ? .working : .waiting, at: event.time, reason: reason)
  }

  private mutating func move(to next: Activity, at time: Timestamp, reason: String = "") {
    if next != activity { activitySince = time }
    activity = next
    self.reason = reason
    if next == .waiting { now = yourTurn }
  }

  private var yourTurn: String {
    guard let oldest = tasks.map(\.since).min() else { return "‹your turn›" }
    return "‹your turn› · \(tasks.count) task\(tasks.count == 1 ? "" : "s") running since \(oldest.timeOfDay) UTC"
  }

  private func line(_ text: String, within most: Int = 160) -> String { text.firstWords(within: most) }
}
