import AgentRuntimes
package import ControlModel

extension Supervisor {
  /// Returns once the message is on disk. The same id again is answered and not sent again.
  package func send(_ message: RunnerMessage) throws(ControlFailure) {
    guard requests.standing(of: message.id) != .recorded else { return }
    try checkReady()
    if requests.standing(of: message.id) == .new {
      if let child, child.input.backlog + message.text.utf8.count > timing.inputLimit {
        throw ControlFailure(
          .unavailable, "The runtime does not read its input: \(child.input.backlog) bytes wait.",
          hint: "Interrupt or restart the session.")
      }
      try driver.checkRoom(for: message)
      requests.accept(message.id)
      enqueue(driver.send(message, at: .now()))
      messageCame()
    }
    try settle()
  }

  package func interrupt(id: OperationID) throws(ControlFailure) {
    try checkReady()
    guard requests.standing(of: id) == .new else { return }
    requests.accept(id)
    enqueue(driver.interrupt(at: .now()))
    try settle()
  }

  /// Returns once the decision is on disk.
  package func decide(_ decision: ApprovalDecision) throws(ControlFailure) {
    guard requests.standing(of: decision.id) != .recorded else { return }
    try checkReady()
    if requests.standing(of: decision.id) == .new {
      let actions = try driver.decide(decision, at: .now())
      requests.accept(decision.id)
      enqueue(actions)
    }
    try settle()
  }

  private func checkReady() throws(ControlFailure) {
    guard phase == .running else { throw ControlFailure(.unavailable, "The runner is stopping.") }
    if let problem { throw ControlFailure(.unavailable, problem) }
  }

  private func settle() throws(ControlFailure) {
    synchronize()
    if let problem { throw ControlFailure(.unavailable, problem, hint: "The request will be carried out; repeat it.") }
  }
}
