extension SessionProjection {
  /// Takes in the next event; events must come in order of `seq`.
  package mutating func apply(_ event: Event) {
    lastSeq = event.seq
    lastEventAt = event.time
    if let usage = event.content.usage { tokens = tokens + usage }
    if let cost = event.content.cost { self.cost = self.cost + cost }
    switch event.kind {
    case .lifecycle: applyLifecycle(event)
    case .user:
      turns += activity == .working || activity == .approval ? 0 : 1
      move(to: .working, at: event.time)
      now = line(event.text)
    case .assistant, .thinking: work(event, "")
    case .toolCall: work(event, event.content.name?.firstWords ?? "tool")
    case .toolResult: work(event, nil)
    case .approvalRequest:
      ask(event.content.callID)
      move(to: .approval, at: event.time, reason: line(event.text))
      now = line([event.content.name?.firstWords, event.text].compactMap(\.self).joined(separator: ": "))
    case .approvalDecision:
      answer(event.content.callID)
      if openApprovals.isEmpty, unlistedApprovals == 0 { move(to: .working, at: event.time) }
    case .result:
      forgetApprovals()
      move(to: .waiting, at: event.time, reason: event.content.isError ? line(event.text) : "")
    case .error: reason = line(event.text)
    case .output: if activity == .working { now = line(event.text) }
    }
  }

  /// Names of `lifecycle` events; the runner writes them.
  private mutating func applyLifecycle(_ event: Event) {
    if let id = event.content.detail["runtimeSessionID"]?.stringValue, id.utf8.count <= ClaimLimit.id {
      runtimeSessionID = id
    }
    switch event.content.name {
    case "runner.started":
      if let number = event.content.detail["generation"]?.integerValue { generation = Generation.bounded(number) }
      forgetApprovals()
      move(to: .starting, at: event.time)
    case "runtime.started", "runtime.resumed":
      forgetApprovals()
      move(to: .waiting, at: event.time)
    case "runtime.exited" where event.content.detail["stopped"]?.boolValue == true:
      forgetApprovals()
      move(to: .idle, at: event.time)
    case "runtime.exited":
      forgetApprovals()
      move(to: activity(afterExit: event.content), at: event.time, reason: line(event.text))
    default: break
    }
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

  private mutating func answer(_ call: String?) {
    guard let call else { return }
    if let index = openApprovals.firstIndex(of: call) {
      openApprovals.remove(at: index)
    } else if unlistedApprovals > 0 {
      unlistedApprovals = unlistedApprovals - 1
    }
  }

  private mutating func forgetApprovals() { (openApprovals, unlistedApprovals) = ([], 0) }

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

  private func line(_ text: String) -> String { text.firstWords }
}
