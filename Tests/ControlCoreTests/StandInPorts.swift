import ControlModel
import Synchronization

/// One session in memory behind the ports of a core, so that a test can decide what comes in while a step is under way.
final class StandInPorts: ControlStore, OperationStore, SandboxEngine {
  struct State {
    var managed: ManagedSession
    var sandbox: Sandbox?
    var operations: [Operation] = []
    var deletions = 0
    var purges = 0
    var isDeleting = false
    /// Holds up deletions of sandboxes until it is false.
    var holdsDeletions = false
  }

  let name = "stand-in"
  let state: Mutex<State>

  init(_ state: sending State) { self.state = Mutex(state) }

  func acquireLease(holder: String) async throws(ControlFailure) -> Bool { true }
  func releaseLease() async {}
  func leaseHolder() async throws(ControlFailure) -> String? { nil }

  func managedSessions() async throws(ControlFailure) -> [ManagedSession] {
    state.withLock { $0.purges > 0 ? [] : [$0.managed] }
  }
  func managedSession(_ id: SessionID) async throws(ControlFailure) -> ManagedSession? {
    state.withLock { $0.managed }
  }
  func pendingOperations() async throws(ControlFailure) -> [Operation] {
    state.withLock { $0.operations.filter { $0.outcome == .pending } }
  }
  func complete(_ operation: OperationID, _ outcome: Operation.Outcome) async throws(ControlFailure) {
    state.withLock { state in
      for index in state.operations.indices
      where state.operations[index].id == operation && state.operations[index].outcome == .pending {
        state.operations[index].outcome = outcome
      }
    }
  }
  func setDesired(
    _ desired: DesiredState, of session: SessionID, expectedGeneration: Int, newGeneration: Bool
  ) async throws(ControlFailure) {
    state.withLock {
      $0.managed.session.desired = desired
      $0.managed.session.generation += newGeneration ? 1 : 0
    }
  }
  func setState(
    _ state: SessionState, reason: String, of session: SessionID
  ) async throws(ControlFailure) {}
  func record(_ batches: [RecordedBatch]) async throws(ControlFailure) {}
  func purge(_ session: SessionID) async throws(ControlFailure) { state.withLock { $0.purges += 1 } }
  func indexEvents(limit: Int) async throws(ControlFailure) -> Int { 0 }
  func wakeUps() -> AsyncStream<StoreChange> { AsyncStream { $0.finish() } }

  func startSession(_ request: StartRequest) async throws(ControlFailure) -> Session {
    state.withLock { $0.managed.session }
  }
  func submit(_ operation: Operation) async throws(ControlFailure) {
    state.withLock { $0.operations.append(operation) }
  }
  func operation(_ id: OperationID) async throws(ControlFailure) -> Operation {
    guard let found = state.withLock({ $0.operations.first { $0.id == id } }) else {
      throw ControlFailure(.notFound, "There is no operation \(id).")
    }
    return found
  }
  func operations(
    of session: SessionID?, team: ResourceName?, limit: Int
  ) async throws(ControlFailure) -> [Operation] { [] }

  func sandboxes() async throws(ControlFailure) -> [Sandbox] { state.withLock { $0.sandbox.map { [$0] } ?? [] } }
  func changes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox {
    throw ControlFailure(.unavailable, "Nothing can be made here.")
  }
  func suspend(_ reference: SandboxReference) async throws(ControlFailure) {
    state.withLock { $0.sandbox?.operatingMode = .suspended }
  }
  func resume(_ reference: SandboxReference) async throws(ControlFailure) {}
  func delete(_ reference: SandboxReference) async throws(ControlFailure) {
    state.withLock { $0.isDeleting = true }
    while state.withLock({ $0.holdsDeletions }) { try? await Task.sleep(for: .milliseconds(5)) }
    state.withLock {
      $0.sandbox = nil
      $0.deletions += 1
    }
  }
  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) {}
  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? { nil }
  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection {
    throw ControlFailure(.unavailable, "There is no runner here.")
  }
}
