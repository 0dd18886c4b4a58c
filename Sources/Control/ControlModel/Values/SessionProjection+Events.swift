extension SessionProjection {
  /// Takes in the next event; events must come in order of `seq`.
  package mutating func apply(_ event: Event) {
    lastSeq = event.seq
    lastEventAt = event.time
    bytes += Count(steps: event.content.approximateSize)
    if let usage = event.content.usage { tokens = tokens + usage }
    if let cost = event.content.cost { self.cost = self.cost + cost }
    switch event.kind {
    case .lifecycle: applyLifecycle(event)
    case .user:
      turns += activity == .working || activity == .approval ? 0 : 1
      move(to: .working, at: event.time)
      now = line(event.text)
    case .assistant, .thinking: work(event, "")
    case .toolCall: work(event, event.content.name ?? "tool")
    case .toolResult: work(event, nil)
    case .approvalRequest:
      if let call = event.content.callID { openApprovals.append(call) }
      move(to: .approval, at: event.time, reason: line(event.text))
      now = line([event.content.name, event.text].compactMap(\.self).joined(separator: ": "))
    case .approvalDecision:
      openApprovals.removeAll { $0 == event.content.callID }
      if openApprovals.isEmpty { move(to: .working, at: event.time) }
    case .result:
      openApprovals = []
      move(to: .waiting, at: event.time, reason: event.content.isError ? line(event.text) : "")
    case .error: reason = line(event.text)
    case .output: if activity == .working { now = line(event.text) }
    }
  }

  /// Names of `lifecycle` events; the runner writes them.
  private mutating func applyLifecycle(_ event: Event) {
    if let id = event.content.detail["runtimeSessionID"]?.stringValue { runtimeSessionID = id }
    switch event.content.name {
    case "runner.started":
      if let number = event.content.detail["generation"]?.integerValue { generation = Generation.bounded(number) }
      openApprovals = []
      (pauses, slowed) = ([:], "")
      move(to: .starting, at: event.time)
    case "runner.paused", "runner.unpaused": applyPause(event.content)
    case "runner.slowed": slowed = line(event.text)
    case "runner.unslowed": slowed = ""
    case "runtime.started", "runtime.resumed":
      openApprovals = []
      move(to: .waiting, at: event.time)
    case "runtime.exited" where event.content.detail["stopped"]?.boolValue == true:
      openApprovals = []
      move(to: .idle, at: event.time)
    case "runtime.exited":
      openApprovals = []
      move(to: activity(afterExit: event.content), at: event.time, reason: line(event.text))
    default: break
    }
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

  private mutating func work(_ event: Event, _ prefix: String?) {
    if activity != .approval { move(to: .working, at: event.time) }
    guard activity == .working, let prefix else { return }
    now = line(prefix.isEmpty ? event.text : "\(prefix): \(event.text)")
  }

  private mutating func move(to next: Activity, at time: Timestamp, reason: String = "") {
    if next != activity { activitySince = time }
    activity = next
    self.reason = reason
    if next == .waiting { now = "‹your turn›" }
  }

  /// The first line that says something, short enough for a list.
  private func line(_ text: String, within most: Int = 160) -> String {
    let first = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return String(first.prefix(most))
  }
}
