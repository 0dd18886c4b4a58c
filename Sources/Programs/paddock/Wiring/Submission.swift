import ControlModel

extension Stores {
  /// Records an operation bound to the generation that was looked at, and waits until the core has carried it out.
  func submit(
    _ kind: Operation.Kind, to session: Session, argument: String? = nil, reason: String? = nil, wait seconds: Double
  ) async throws -> Operation {
    let operation = Operation(
      id: .make(at: .now()), kind: kind, team: session.team, session: session.id, generation: session.generation,
      argument: argument, actor: actor, reason: reason, requestedAt: .now())
    try await history.submit(operation)
    return try await outcome(of: operation.id, wait: seconds)
  }

  func outcome(of id: OperationID, wait seconds: Double) async throws -> Operation {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      let operation = try await history.operation(id)
      switch operation.outcome {
      case .succeeded: return operation
      case .failed(let message): throw ControlFailure(.refused, "\(operation.kind.rawValue) failed: \(message)")
      case .pending: if ContinuousClock.now >= deadline { return try await pending(operation) }
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// It is recorded and will be carried out; say so, and whether anybody is there to do it.
  private func pending(_ operation: Operation) async throws -> Operation {
    let holder = try await history.leaseHolder()
    let why = holder.map { "the core (\($0)) is still at it" } ?? "no core is running; start one with `paddock up`"
    StandardError.say("paddock: \(operation.kind.rawValue) is recorded, not yet carried out: \(why).")
    return operation
  }
}
