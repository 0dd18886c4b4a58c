import ConsoleConfig
import ConsoleUI
import ControlModel
import Synchronization
import TerminalCore
import Testing

@MainActor @Suite struct ConsoleRuntimeTests {
  private let terminal = VirtualTerminal(size: Size(columns: 120, rows: 40))
  private let store = MemoryStore()

  private func start() async -> ConsoleRuntime {
    let services = ConsoleServices(
      teams: store, sessions: store, operations: store, secrets: store,
      changes: { AsyncStream { _ in } },
      // It is asked of the same database.
      coreHolder: { [store] () async throws(ControlFailure) -> String? in
        if let failure = store.content.withLock({ $0.failure }) { throw failure }
        return "test/1"
      })
    let configuration = ConsoleConfiguration(
      storeName: "memory", actor: "tester/ada", localTime: .utc, clock: { Fixture.now })
    let runtime = ConsoleRuntime(device: terminal, services: services, configuration: configuration)
    runtime.begin()
    await runtime.idle()
    return runtime
  }

  @Test func theFirstScreenShowsWhatTheStoreHas() async {
    let runtime = await start()
    #expect(terminal.surface.text().contains("migrate billing"))
    #expect(runtime.state.connection.isConnected)
  }

  @Test func keysAreAnsweredAtOnce() async {
    let runtime = await start()
    let before = terminal.presentations
    terminal.press("down down down")
    #expect(terminal.presentations == before + 3)
    #expect(runtime.state.list.selected == Fixture.id(2))
    await runtime.idle()
    #expect(terminal.surface.text().contains("The date tests fail on the 31st"))
  }

  @Test func operationsCarryActorAndMessage() async {
    let runtime = await start()
    terminal.press("m h i ret")
    await runtime.idle()
    let operations = store.content.withLock { $0.operations }
    #expect(operations.map(\.kind) == [.message])
    #expect(operations.first?.argument == "hi")
    #expect(operations.first?.actor == "tester/ada")
    #expect(terminal.surface.text().contains("Recorded: message"))
  }

  @Test func loadsOfAKindAreNeverUnderWayTwice() async {
    let runtime = await start()
    for _ in 0..<50 { runtime.receive(.storeChanged(.intents)) }
    await runtime.idle()
    let (most, listings) = store.content.withLock { ($0.mostRunning, $0.listings) }
    #expect(most == 1)
    #expect(listings <= 4)
  }

  @Test func aLostStoreIsShownAndTriedAgain() async {
    let runtime = await start()
    store.content.withLock { $0.failure = ControlFailure(.unavailable, "The database does not answer.") }
    runtime.receive(.storeChanged(.everything))
    await runtime.idle()
    #expect(terminal.surface.text().contains("store lost"))
    #expect(terminal.surface.text().contains("migrate billing"))
    store.content.withLock { $0.failure = nil }
    runtime.receive(.storeChanged(.everything))
    await runtime.idle()
    #expect(runtime.state.connection.isConnected)
  }

  @Test func aStoreThatFallsSilentIsLostAtOnceWithTheAgeOfTheScreenAndWhatToDo() async {
    let (changes, signal) = AsyncStream.makeStream(of: StoreChange.self)
    let services = ConsoleServices(
      teams: store, sessions: store, operations: store, secrets: store,
      changes: { changes },
      coreHolder: { [store] () async throws(ControlFailure) -> String? in
        if let failure = store.content.withLock({ $0.failure }) { throw failure }
        return "test/1"
      },
      advice: { "start it: `paddock up`" })
    let shared = SharedClock()
    let runtime = ConsoleRuntime(
      device: terminal, services: services,
      configuration: ConsoleConfiguration(
        storeName: "memory", actor: "t", localTime: .utc, clock: { shared.now }))
    runtime.begin()
    while !runtime.state.isCoreKnown { try? await Task.sleep(for: .milliseconds(5)) }
    await runtime.idle()
    shared.advance(by: 7)
    store.content.withLock { $0.failure = ControlFailure(.unavailable, "The database does not answer.") }
    signal.yield(.lost)
    while !terminal.surface.text().contains("start it: `paddock up`") {
      try? await Task.sleep(for: .milliseconds(5))
      await runtime.idle()
    }
    #expect(terminal.surface.text().contains("store lost: screen is 7s old"))
  }

  @Test func whatIsAskedOfNobodyIsSaidToBe() async {
    let services = ConsoleServices(
      teams: store, sessions: store, operations: store, secrets: store,
      changes: { AsyncStream { _ in } }, coreHolder: { () async throws(ControlFailure) -> String? in nil })
    let runtime = ConsoleRuntime(
      device: terminal, services: services, configuration: ConsoleConfiguration(storeName: "memory", actor: "t"))
    runtime.begin()
    while !runtime.state.isCoreKnown { try? await Task.sleep(for: .milliseconds(5)) }
    await runtime.idle()
    terminal.press("m h i ret")
    await runtime.idle()
    #expect(terminal.surface.text().contains("nobody carries it out yet"))
  }

  @Test func leavingGivesTheTerminalBack() async {
    let services = ConsoleServices(
      teams: store, sessions: store, operations: store, secrets: store,
      changes: { AsyncStream { _ in } }, coreHolder: { () async throws(ControlFailure) -> String? in nil })
    let runtime = ConsoleRuntime(
      device: terminal, services: services, configuration: ConsoleConfiguration(storeName: "memory", actor: "t"))
    let end = Task { await runtime.run() }
    while terminal.presentations == 0 { await Task.yield() }
    terminal.press("q")
    await end.value
    #expect(terminal.isClosed)
  }
}

private final class SharedClock: Sendable {
  private let time = Mutex(Fixture.now)

  var now: Timestamp { time.withLock { $0 } }

  func advance(by seconds: Double) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}
