import ControlModel

extension SessionController {
  /// Writes what operations want into the session, oldest first. Repeating it after a crash changes nothing.
  func applyIntents() async throws(ControlFailure) {
    for operation in operations where !applied.contains(operation.id) {
      try checkNotStopped()
      if let refusal = operation.misfit(on: session) ?? refusal(of: operation) {
        try await finish(operation, .failed(refusal))
        continue
      }
      do throws(ControlFailure) {
        do throws(ControlFailure) {
          try await apply(operation)
        } catch {
          // Looked at too early, or done already by a write whose answer was lost: what is stored decides.
          guard error.code == .conflict, try await reloadSession() else { throw error }
          try await apply(operation)
        }
        applied.insert(operation.id)
      } catch {
        guard ![.unavailable, .cancelled].contains(error.code) else { throw error }
        try await finish(operation, .failed(error.summary))
      }
    }
  }

  /// What was allowed when it was asked for may not be any more: another operation came before it. What goes to the runner
  /// is looked at when it is delivered; a purge is the end of whatever there is.
  private func refusal(of operation: Operation) -> String? {
    guard operation.kind.isForSession, !operation.isDelivered, operation.kind != .purge,
      !SessionRule.isDone(operation, on: session)
    else { return nil }
    return SessionRule.refusal(of: operation.kind, on: session)?.failure(of: operation.kind, on: session).summary
  }

  /// Whether the session has moved on from the generation that is known here.
  private func reloadSession() async throws(ControlFailure) -> Bool {
    let known = session.generation
    guard let latest = try await dependencies.store.managedSession(id) else { return false }
    managed.session = latest.session
    return session.generation != known
  }

  private func apply(_ operation: Operation) async throws(ControlFailure) {
    switch operation.kind {
    case .restart:
      // A generation beyond the one the operator saw: an earlier pass has done it already.
      guard operation.generation.map({ $0 == session.generation }) ?? true else { return }
      try await want(.running, newGeneration: true)
      // An operator has seen the ends so far: from here on they count anew.
      if operation.id != ownRestart { crashes = [] }
    // To one that is suspended it waits: it may be older than the suspension, which must hold for the next core, too.
    case .message: if session.desired == .running { try await bringBack() }
    case .resume: try await bringBack()
    case .suspend: try await want(.suspended)
    case .kill: try await want(.killed)
    case .purge: try await want(.purged)
    default: return
    }
  }

  /// A runtime that has ended needs a new generation to start; one that was suspended goes on in the same.
  private func bringBack() async throws(ControlFailure) {
    guard session.desired != .running || observation.hasEnded else { return }
    try await want(.running, newGeneration: observation.hasEnded)
  }

  private func want(_ desired: DesiredState, newGeneration: Bool = false) async throws(ControlFailure) {
    guard session.desired != desired || newGeneration else { return }
    let seen = session.generation
    try await dependencies.store.setDesired(
      desired, of: id, expectedGeneration: seen, newGeneration: newGeneration)
    managed.session.desired = desired
    // Counted from what was seen: a snapshot that came in during the write may hold the new generation already.
    managed.session.generation = newGeneration ? seen + 1 : seen
    if desired != .running || !newGeneration { crashes = [] }
    tryAtOnce()
    changed()
  }

  /// Hands messages, interrupts and decisions to the runner, in the order they were asked for. One that cannot be
  /// delivered yet holds up those behind it.
  func deliver() async throws(ControlFailure) {
    for operation in operations where operation.isDelivered {
      try checkNotStopped()
      guard session.desired == .running else {
        if session.desired != .suspended || !operation.isMessage {
          try await finish(operation, .failed("The session is \(session.desired.rawValue)."))
        }
        continue
      }
      guard let connection else {
        guard let lost = lossWithoutRunner(of: operation) else { return }
        try await finish(operation, .failed(lost))
        continue
      }
      do throws(ControlFailure) {
        try await ask { () async throws(ControlFailure) in try await operation.send(to: connection) }
        try await finish(operation, .succeeded)
      } catch {
        guard ![.unavailable, .cancelled].contains(error.code) else { throw error }
        try await finish(operation, .failed(error.summary))
      }
    }
  }

  /// Why it will never be delivered; `nil` while it may wait. A message that comes after the end starts the session
  /// again; one that was there before would wait for good.
  private func lossWithoutRunner(of operation: Operation) -> String? {
    guard operation.isMessage else { return "The session's runner cannot be reached at present: this was not done." }
    guard applied.contains(operation.id) else { return nil }
    if let startObstacle { return startObstacle }
    guard observation.hasEnded else { return nil }
    return "The session ended before its runner confirmed the message."
  }

  /// An operator wants the processes ended; what is asked of the runner does not matter any more.
  var isEndAskedFor: Bool {
    operations.contains { $0.endsProcesses && !applied.contains($0.id) && $0.misfit(on: session) == nil }
  }

  /// A request to the runner, which is given up as soon as something comes in that ends the runner: one that does not
  /// answer must not hold up its own end.
  func ask<Answer: Sendable>(
    _ request: @escaping @Sendable () async throws(ControlFailure) -> Answer
  ) async throws(ControlFailure) -> Answer {
    let call = Task { () async -> Result<Answer, ControlFailure> in
      do throws(ControlFailure) { return .success(try await request()) } catch { return .failure(error) }
    }
    cancelRunnerCall = { call.cancel() }
    if isEndAskedFor { call.cancel() }
    let answer = await call.value
    cancelRunnerCall = nil
    return try answer.get()
  }

  /// An operation has succeeded when its effect is seen, not when it was asked for. One that came in during this pass
  /// has not been applied: what is to be seen is not its effect.
  func completeIntents() async throws(ControlFailure) {
    for operation in operations where !operation.isDelivered && applied.contains(operation.id) {
      if let outcome = outcome(of: operation) { try await finish(operation, outcome) }
    }
  }

  private func outcome(of operation: Operation) -> Operation.Outcome? {
    switch operation.kind {
    case .restart where operation.generation.map { session.generation > $0 + 1 } ?? false:
      return .failed("Its sandbox ended before its runner had answered; another one was made.")
    case .start, .restart, .resume: return runningOutcome
    case .suspend:
      // Else one that is overtaken would stay pending for as long as the sandbox runs.
      if session.desired == .running { return .failed("The session was started again meanwhile.") }
      return sandbox?.operatingMode != .running ? .succeeded : nil
    case .kill: return sandbox == nil ? .succeeded : nil
    case .purge: return isPurged ? .succeeded : nil
    default: return nil
    }
  }

  private var runningOutcome: Operation.Outcome? {
    let observation = observation
    guard session.desired == .running else { return .failed("The session was \(session.desired.rawValue) meanwhile.") }
    if let startObstacle { return .failed(startObstacle) }
    let isUp = observation.isConnected && observation.projection.generation == session.generation
    return isUp || observation.hasEnded ? .succeeded : nil
  }

  private func finish(_ operation: Operation, _ outcome: Operation.Outcome) async throws(ControlFailure) {
    try await dependencies.store.complete(operation.id, outcome)
    completed[operation.id] = .now
    applied.remove(operation.id)
    operations.removeAll { $0.id == operation.id }
  }
}

extension Operation {
  var isMessage: Bool { kind == .message || kind == .start }

  /// Ends the runner of the generation that is at work.
  var endsProcesses: Bool { [.restart, .suspend, .kill, .purge].contains(kind) }

  fileprivate func send(to runner: any RunnerConnection) async throws(ControlFailure) {
    switch kind {
    case .start, .message: try await runner.send(RunnerMessage(id: id, text: argument ?? ""))
    case .interrupt: try await runner.interrupt(id: id)
    case .approve, .deny:
      try await runner.decide(
        ApprovalDecision(
          id: id, callID: argument ?? "", verdict: kind == .approve ? .allow : .deny, reason: reason, actor: actor))
    default: return
    }
  }

  /// Goes to the runner; a start only if it brings a message.
  fileprivate var isDelivered: Bool {
    switch kind {
    case .message, .interrupt, .approve, .deny: true
    case .start: argument != nil
    default: false
    }
  }
}
