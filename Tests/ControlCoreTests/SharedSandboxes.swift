import ControlModel
import Synchronization

/// Sandboxes that several cores share, in memory: each made at once, its runner there and silent. It keeps which core
/// acted on which session, and when.
final class SharedSandboxes: Sendable {
  struct Act: Sendable {
    var core: String
    var session: SessionID
    var begin: ContinuousClock.Instant
    var end: ContinuousClock.Instant
  }

  struct State {
    var sandboxes: [SessionID: Sandbox] = [:]
    var acts: [Act] = []
    /// Made although there was one already.
    var doubles = 0
  }

  let state = Mutex(State())

  func acts(of core: String) -> [Act] { state.withLock { $0.acts.filter { $0.core == core } } }
}

/// One core's way to them.
struct RecordingEngine: SandboxEngine {
  let core: String
  let shared: SharedSandboxes

  let name = "recording"
  let readsVolumes = true

  func sandboxes() async throws(ControlFailure) -> [Sandbox] { shared.state.withLock { Array($0.sandboxes.values) } }
  func changes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }

  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox {
    await act(on: request.session) { state in
      let sandbox = Sandbox(
        reference: SandboxReference(
          team: request.agent.team, name: request.session.text, uid: "\(request.session)-\(request.generation)"),
        session: request.session, generation: request.generation, operatingMode: .running,
        conditions: [.init(type: "Ready", isTrue: true, reason: "", message: "", since: noon)], node: "here",
        createdAt: noon)
      if state.sandboxes[request.session]?.generation == request.generation { state.doubles += 1 }
      state.sandboxes[request.session] = sandbox
      return sandbox
    }
  }
  func suspend(_ reference: SandboxReference) async throws(ControlFailure) {
    await act(on: reference) { state, id in state.sandboxes[id]?.operatingMode = .suspended }
  }
  func resume(_ reference: SandboxReference) async throws(ControlFailure) {
    await act(on: reference) { state, id in state.sandboxes[id]?.operatingMode = .running }
  }
  func delete(_ reference: SandboxReference) async throws(ControlFailure) {
    await act(on: reference) { state, id in state.sandboxes[id] = nil }
  }
  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) {}
  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? { nil }

  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection {
    guard let id = SessionID(reference.name) else { throw ControlFailure(.notFound, "There is no such sandbox.") }
    let generation = await act(on: id) { $0.sandboxes[id]?.generation ?? 0 }
    return StandInRunner(session: id, generation: generation, journal: Self.journal(generation))
  }

  /// Events that each generation adds.
  static let eventsPerGeneration = 20

  /// The same whoever reads it, as a journal is.
  private static func journal(_ generations: Int) -> [Event] {
    (0..<generations * eventsPerGeneration).map { index in
      let generation = JSONValue(index / eventsPerGeneration + 1)
      let draft =
        index.isMultiple(of: eventsPerGeneration)
        ? EventDraft(.lifecycle, "", name: "runner.started", detail: ["generation": generation])
        : EventDraft(.assistant, "word \(index)")
      return Event(seq: Int64(index + 1), time: noon, content: draft)
    }
  }

  private func act(
    on reference: SandboxReference, _ body: @escaping @Sendable (inout SharedSandboxes.State, SessionID) -> Void
  ) async {
    guard let id = SessionID(reference.name) else { return }
    await act(on: id) { body(&$0, id) }
  }

  private func act<Value: Sendable>(
    on session: SessionID, _ body: (inout SharedSandboxes.State) -> Value
  ) async -> Value {
    let begin = ContinuousClock.now
    // Long enough for another core to be caught in between.
    await Task { try? await Task.sleep(for: .milliseconds(20)) }.value
    return shared.state.withLock { state in
      let value = body(&state)
      state.acts.append(.init(core: core, session: session, begin: begin, end: .now))
      return value
    }
  }
}
