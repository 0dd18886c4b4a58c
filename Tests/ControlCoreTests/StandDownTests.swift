import ControlCore
import ControlModel
import Synchronization
import Testing

@Suite struct StandDownTests {
  @Test(.timeLimit(.minutes(1)))
  func theLeaseIsKeptUntilTheStepInFlightHasEnded() async throws {
    let ports = try makePorts(generation: 2, sandbox: makeSandbox(generation: 1, mode: .suspended, ready: false))
    ports.state.withLock { $0.holdsDeletions = true }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.isDeleting } }
      Task {
        try await Task.sleep(for: .milliseconds(300))
        ports.state.withLock { $0.holdsDeletions = false }
      }
    }
    #expect(ports.state.withLock { $0.releases } == 1)
    #expect(!ports.state.withLock { $0.wasReleasedWithinDeletion })
  }

  @Test(.timeLimit(.minutes(1)))
  func aStepThatDoesNotEndKeepsTheLeaseForABoundedTimeOnly() async throws {
    let ports = try makePorts(generation: 2, sandbox: makeSandbox(generation: 1, mode: .suspended, ready: false))
    ports.state.withLock { $0.holdsDeletions = true }
    try await withCore(ports, edit: { $0.standDownPatience = 0.2 }) { _ in
      try await until { ports.state.withLock { $0.isDeleting } }
    }
    #expect(ports.state.withLock { $0.wasReleasedWithinDeletion })
    ports.state.withLock { $0.holdsDeletions = false }
  }

  @Test(.timeLimit(.minutes(1)))
  func aCoreThatCannotAskForItsLeaseDoesNotTakeItForHeld() async throws {
    let ports = try makePorts(sandbox: nil)
    try await withCore(ports) { core in
      try await until { await core.holdsLease }
      ports.state.withLock { $0.leaseFailure = ControlFailure(.unavailable, "The database does not answer.") }
      try await until { await !core.holdsLease }
      ports.state.withLock { $0.leaseFailure = nil }
      try await until { await core.holdsLease }
    }
  }
}
