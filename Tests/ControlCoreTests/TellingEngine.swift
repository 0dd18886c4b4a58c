import ControlModel
import Synchronization

/// An engine with one sandbox, of which it tells its generation and nothing else.
final class TellingEngine: SandboxEngine, SandboxReporter {
  struct State {
    var sandbox: Sandbox
    var generation = 1
    var trouble: String?
  }

  let name = "telling"
  let state: Mutex<State>

  init() throws {
    var sandbox = try makeSandbox()
    sandbox.session = .make(at: noon)
    state = Mutex(State(sandbox: sandbox))
  }

  private var notHere: ControlFailure { ControlFailure(.unsupported, "It can do nothing but tell.") }

  func sandboxes() async throws(ControlFailure) -> [Sandbox] {
    let (sandbox, trouble) = state.withLock { ($0.sandbox, $0.trouble) }
    if let trouble { throw ControlFailure(.unavailable, trouble) }
    return [sandbox]
  }
  func reports(of sandboxes: [Sandbox]) async -> [SessionID: SandboxReport] {
    var reports: [SessionID: SandboxReport] = [:]
    for sandbox in sandboxes {
      guard let session = sandbox.session else { continue }
      reports[session] = SandboxReport(
        engine: name, sandbox: sandbox.reference.name, generation: state.withLock { $0.generation })
    }
    return reports
  }
  func status() async -> EngineStatus {
    EngineStatus(engine: name, trouble: state.withLock { $0.trouble }, since: .now())
  }

  func changes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox { throw notHere }
  func suspend(_ reference: SandboxReference) async throws(ControlFailure) { throw notHere }
  func resume(_ reference: SandboxReference) async throws(ControlFailure) { throw notHere }
  func delete(_ reference: SandboxReference) async throws(ControlFailure) { throw notHere }
  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) { throw notHere }
  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? { nil }
  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection { throw notHere }
}

/// Keeps all that was written, in order.
final class KeepingStore: SandboxReportStore {
  let written = Mutex<[SandboxReport]>([])
  let statuses = Mutex<[EngineStatus]>([])

  func writeReports(_ reports: [SessionID: SandboxReport]) async throws(ControlFailure) {
    written.withLock { $0 += reports.values }
  }
  func sandboxReport(of session: SessionID) async throws(ControlFailure) -> StoredSandboxReport? { nil }
  func nodes() async throws(ControlFailure) -> [SessionID: String] { [:] }
  func writeStatus(_ status: EngineStatus, ofCore holder: String) async throws(ControlFailure) {
    statuses.withLock { $0.append(status) }
  }
  func engineStatus() async throws(ControlFailure) -> EngineStatus? { nil }
}
