import ControlCore
import ControlModel
import Glibc
import HTTPTransport
import Logging
import PostgresClient
import RunnerClient
import SessionHistory

/// The real core in a process of its own, with the real client of runners and the real recorder; only that its
/// sandboxes are there is taken for granted.
enum StreamingCore {
  /// Not for people: the benchmark starts its own program with it, the database's URL and the runners' port.
  static let argument = "record-streams"

  static func run(url: String, port: String) async throws {
    let store = PostgresSessionStore(PostgresPool(PostgresConfiguration(url: url), size: 8))
    let engine = StreamedEngine(
      transport: try HTTPTransport(), baseURL: "http://127.0.0.1:\(port)",
      sessions: try await store.managedSessions().map(\.session.id))
    let core = ControlCore(
      store: store, engine: engine, settings: CoreSettings(holder: "bench"),
      logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    await core.run()
  }
}

private struct StreamedEngine: SandboxEngine {
  let transport: HTTPTransport
  let baseURL: String
  let sessions: [SessionID]

  var name: String { "streams" }
  var readsVolumes: Bool { false }

  func sandboxes() async throws(ControlFailure) -> [Sandbox] {
    let team = try ResourceName("bench")
    let ready = Sandbox.Condition(type: "Ready", isTrue: true, reason: "PodReady", message: "", since: .now())
    return sessions.map { session in
      Sandbox(
        reference: SandboxReference(team: team, name: session.text, uid: session.text), session: session,
        generation: 1, operatingMode: .running, conditions: [ready], node: "bench", createdAt: .now())
    }
  }

  func changes() -> AsyncStream<Void> { AsyncStream { _ in } }

  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection {
    RunnerClient(transport, baseURL: baseURL, token: reference.name)
  }

  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? { nil }

  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox { throw refusal }
  func suspend(_ reference: SandboxReference) async throws(ControlFailure) { throw refusal }
  func resume(_ reference: SandboxReference) async throws(ControlFailure) { throw refusal }
  func delete(_ reference: SandboxReference) async throws(ControlFailure) { throw refusal }
  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) { throw refusal }

  private var refusal: ControlFailure { ControlFailure(.refused, "These sandboxes stay as they are.") }
}
