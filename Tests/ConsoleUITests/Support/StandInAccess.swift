import ControlModel
import Synchronization

/// A way into sandboxes that a test decides about.
final class StandInAccess: SandboxAccess {
  let session = StandInTerminal()
  let refusal = Mutex<ControlFailure?>(nil)
  let holdsOpening = Mutex(false)
  let lines: AsyncThrowingStream<[LogLine], any Error>.Continuation
  private let log: AsyncThrowingStream<[LogLine], any Error>
  private let chosen = Mutex<String?>(nil)

  init() { (log, lines) = AsyncThrowingStream.makeStream() }

  func open(
    _ kind: TerminalKind, in report: SandboxReport, size: TerminalSize
  ) async throws(ControlFailure) -> any TerminalSession {
    while holdsOpening.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
    if let failure = refusal.withLock({ $0 }) { throw failure }
    return session
  }

  func log(of report: SandboxReport) async throws(ControlFailure) -> AsyncThrowingStream<[LogLine], any Error> { log }

  func contexts() async throws(ControlFailure) -> [AccessContext] {
    let chosen = chosen.withLock { $0 }
    return ["kind", "prod"].map { AccessContext(name: $0, isChosen: $0 == chosen) }
  }

  func choose(context: String?) async throws(ControlFailure) { chosen.withLock { $0 = context } }
}

final class StandInTerminal: TerminalSession {
  struct State {
    var written: [UInt8] = []
    var sizes: [TerminalSize] = []
    var isClosed = false
    var failure: ControlFailure?
  }

  let title = "stand-in shell"
  let state = Mutex(State())
  private let output: AsyncStream<[UInt8]>
  private let feed: AsyncStream<[UInt8]>.Continuation

  init() { (output, feed) = AsyncStream.makeStream() }

  func say(_ text: String) { feed.yield(Array(text.utf8)) }
  func fail(_ reason: String) {
    state.withLock { $0.failure = ControlFailure(.unavailable, reason) }
    feed.finish()
  }

  func next() async throws(ControlFailure) -> [UInt8]? {
    var iterator = output.makeAsyncIterator()
    if let bytes = await iterator.next(isolation: nil) { return bytes }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    return nil
  }
  func outcome() async -> String { "It ended." }
  func write(_ bytes: [UInt8]) async throws(ControlFailure) { state.withLock { $0.written += bytes } }
  func resize(_ size: TerminalSize) async throws(ControlFailure) { state.withLock { $0.sizes.append(size) } }
  func close() async {
    state.withLock { $0.isClosed = true }
    feed.finish()
  }
}

/// Every session has the same sandbox.
struct StandInReports: SandboxReportStore {
  func writeReports(_ reports: [SessionID: SandboxReport]) async throws(ControlFailure) {}
  func nodes() async throws(ControlFailure) -> [SessionID: String] { [:] }
  func sandboxReport(of session: SessionID) async throws(ControlFailure) -> StoredSandboxReport? {
    StoredSandboxReport(
      report: SandboxReport(engine: "kubernetes", sandbox: "fixer-1", generation: 1), writtenAt: Fixture.now)
  }
  func writeStatus(_ status: EngineStatus, ofCore holder: String) async throws(ControlFailure) {}
  func engineStatus() async throws(ControlFailure) -> EngineStatus? { nil }
}
