import ControlCore
import ControlModel
import Synchronization
import Testing

/// What the core asks for on its own account, and what comes in while it does.
@Suite struct OwnOperationTests {
  @Test(.timeLimit(.minutes(1)))
  func aSnapshotFromBeforeItsOwnRequestDoesNotMakeTheCoreAskTwice() async throws {
    let ports = try makePorts(sandbox: makeSandbox(ready: false, finished: "RunnerExited"))
    ports.state.withLock { $0.holdsSubmissions = true }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.isSubmitting } }
      ports.state.withLock { $0.permittedLooks = 0 }
      try await until { ports.state.withLock { $0.isLookHeld } }
      ports.state.withLock {
        $0.holdsStates = true
        $0.holdsSubmissions = false
      }
      try await until { ports.state.withLock { $0.isPublishing && !$0.operations.isEmpty } }
      // One look goes on with the list from before the request; the next, which has it, is held in turn.
      ports.state.withLock { $0.permittedLooks = 1 }
      try await until { ports.state.withLock { $0.permittedLooks == 0 && $0.isLookHeld } }
      ports.state.withLock { $0.holdsStates = false }
      try await until { ports.state.withLock { $0.managed.session.generation > 1 || $0.operations.count > 1 } }
      ports.state.withLock { $0.permittedLooks = nil }
      try await until { ports.state.withLock { $0.managed.session.generation > 1 } }
      #expect(ports.state.withLock { $0.operations.count { $0.kind == .restart } } == 1)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func whatTheStoreRefusesTheCoreIsNotAskedForAgainAndAgain() async throws {
    let ports = try makePorts(
      sandbox: makeSandbox(ready: false, finished: "RunnerExited"))
    ports.state.withLock { $0.submissionFailure = ControlFailure(.refused, "The session cannot be restarted.") }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.operations.contains { $0.kind == .restart } } }
      try await Task.sleep(for: .seconds(1))
      #expect(ports.state.withLock { $0.operations.count } <= 3)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aSnapshotWithinTheWriteOfANewGenerationIsNotCountedTwice() async throws {
    let ports = try makePorts(sandbox: makeSandbox(mode: .suspended, ready: false))
    ports.state.withLock { $0.holdsIntents = true }
    try await withCore(ports) { _ in
      try await submit(.restart, to: ports)
      try await until { ports.state.withLock { $0.managed.session.generation == 2 } }
      // Snapshots with the new generation come in before the write is answered.
      try await Task.sleep(for: .milliseconds(200))
      ports.state.withLock { $0.holdsIntents = false }
      // A controller that counts further would take the sandbox of the first generation for two behind, and fail here.
      try await until { ports.state.withLock { $0.deletions == 1 } }
      let kill = try await submit(.kill, to: ports)
      try await until { try await ports.operation(kill).outcome != .pending }
      #expect(ports.state.withLock { $0.intents.map(\.expected) } == [1, 2])
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aRestartWhoseAnswerWasLostIsDoneOnceAndDoesNotFail() async throws {
    let ports = try makePorts(sandbox: makeSandbox(mode: .suspended, ready: false))
    ports.state.withLock {
      $0.makesFinishedSandboxes = true
      $0.losesAnswers = true
    }
    try await withCore(ports, edit: { $0.restarts.firstPause = 60 }) { _ in
      let restart = try await submit(.restart, to: ports)
      // A look from before the write, which the next try has to do without.
      try await until { ports.state.withLock { !$0.losesAnswers } }
      try await until { ports.state.withLock { $0.managed.session.generation >= 2 && $0.deletions >= 1 } }
      #expect(try await ports.operation(restart).outcome != .failed("The session is at another generation."))
      #expect(ports.state.withLock { $0.intents.first?.expected } == 1)
      #expect(ports.state.withLock { $0.intents.count { $0.expected == 1 } } == 1)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aStateThatSomebodyElseWroteIsOverruled() async throws {
    let ports = try makePorts(sandbox: makeSandbox(ready: false))
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.states.last?.reason == "making the workspace" } }
      ports.state.withLock {
        $0.managed.session.state = .failed
        $0.managed.session.stateReason = "It cannot be read."
      }
      try await until { ports.state.withLock { $0.managed.session.state == .starting } }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func anOperatorsRestartBeginsTheCountOfEndsAnew() async throws {
    let ports = try makePorts(sandbox: makeSandbox(ready: false, finished: "RunnerExited"))
    ports.state.withLock { $0.makesFinishedSandboxes = true }
    try await withCore(ports, edit: { $0.restarts.firstPause = 0.01 }) { _ in
      try await until { ports.state.withLock { $0.states.last?.state == .failed } }
      let before = ports.state.withLock { $0.managed.session.generation }
      #expect(before == 7)
      try await submit(.restart, to: ports)
      try await until { ports.state.withLock { $0.managed.session.generation > before } }
      try await until { ports.state.withLock { $0.states.last?.state == .failed } }
      #expect(ports.state.withLock { $0.managed.session.generation } == 14)
    }
  }
}
