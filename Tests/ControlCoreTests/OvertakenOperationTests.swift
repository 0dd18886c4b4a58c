import ControlCore
import ControlModel
import Synchronization
import Testing

/// What was allowed when it was asked for, and is not any more when its turn comes.
@Suite struct OvertakenOperationTests {
  @Test(.timeLimit(.minutes(1)), arguments: [Operation.Kind.resume, .suspend, .restart])
  func aKilledSessionIsNotCalledBack(kind: Operation.Kind) async throws {
    let ports = try makePorts(sandbox: makeSandbox())
    let kill = try await submit(.kill, to: ports)
    let late = try await submit(kind, to: ports)
    try await withCore(ports) { _ in
      try await until { try await ports.operation(late).outcome != .pending }
      try await until { try await ports.operation(kill).outcome == .succeeded }
    }
    guard case .failed(let why) = try await ports.operation(late).outcome else {
      Issue.record("not refused")
      return
    }
    #expect(why.hasSuffix("is killed: it cannot be \(kind.participle)."))
    #expect(ports.state.withLock { $0.managed.session.desired } == .killed)
  }
}
