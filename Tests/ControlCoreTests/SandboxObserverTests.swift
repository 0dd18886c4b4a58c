import ControlModel
import Logging
import Synchronization
import Testing

@testable import ControlCore

@Suite struct SandboxObserverTests {
  @Test(.timeLimit(.minutes(2))) func onlyWhatChangedIsWritten() async throws {
    let engine = try TellingEngine()
    let store = KeepingStore()
    let observer = SandboxObserver(
      engine: engine, store: store, holder: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    _ = try await observer.sandboxes()
    try await until { store.written.withLock { $0.count == 1 } }
    for _ in 0..<5 { _ = try await observer.sandboxes() }
    engine.state.withLock { $0.generation = 2 }
    try await until {
      _ = try await observer.sandboxes()
      return store.written.withLock { $0.count == 2 }
    }
    #expect(store.written.withLock { $0.map(\.generation) } == [1, 2])
    #expect(store.statuses.withLock { $0.count } == 1)
  }

  @Test(.timeLimit(.minutes(2))) func anEngineThatDoesNotAnswerIsTold() async throws {
    let engine = try TellingEngine()
    engine.state.withLock { $0.trouble = "No route." }
    let store = KeepingStore()
    let observer = SandboxObserver(
      engine: engine, store: store, holder: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    await #expect(throws: ControlFailure.self) { _ = try await observer.sandboxes() }
    try await until { store.statuses.withLock { $0.last?.trouble == "No route." } }
    engine.state.withLock { $0.trouble = nil }
    try await until {
      _ = try await observer.sandboxes()
      return store.statuses.withLock { $0.last?.trouble == nil }
    }
  }
}
