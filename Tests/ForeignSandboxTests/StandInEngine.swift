import ControlModel
import Synchronization

/// An engine with one foreign sandbox, whose log is what a test writes. What is asked of it for sessions fails the test's
/// expectations by being there at all.
final class StandInEngine: SandboxEngine, ForeignSandboxEngine {
  struct Content {
    var sandboxes: [ForeignSandbox] = []
    var lines: [LogLineBytes] = []
    var acts: [ForeignAction] = []
    var touched: [String] = []
    var readings = 0
    /// Whose logs were opened to be followed.
    var openings: [SessionID] = []
  }

  let name = "stand-in"
  let content = Mutex(Content())
  private let broadcast = ChangeBroadcast()

  func write(_ lines: [LogLineBytes]) { content.withLock { $0.lines += lines } }

  func foreignSandboxes() async throws(ControlFailure) -> [ForeignSandbox] { content.withLock { $0.sandboxes } }

  func carryOut(
    _ action: ForeignAction, on sandbox: ForeignSandbox, _ mark: ForeignMark
  ) async throws(ControlFailure) {
    let isCurrent = content.withLock { content in
      guard content.sandboxes.first?.mark == mark else { return false }
      content.acts.append(action)
      if action == .kill { content.sandboxes = [] }
      return true
    }
    guard isCurrent else { throw ControlFailure(.conflict, "It has changed.") }
    broadcast.notify()
  }

  func log(of sandbox: ForeignSandbox, _ part: LogPart) async throws(ControlFailure) -> any LogReader {
    let start = part.start ?? Timestamp(microseconds: .min)
    content.withLock { $0.readings += 1 }
    if part.follows { content.withLock { $0.openings.append(sandbox.id) } }
    return Reader(engine: self, start: start, follows: part.follows)
  }

  func foreignReports(of sandboxes: [ForeignSandbox]) async -> [SessionID: SandboxReport] {
    Dictionary(
      uniqueKeysWithValues: sandboxes.map { ($0.id, SandboxReport(engine: name, sandbox: "theirs", generation: 0)) })
  }

  /// Hands out a few lines at a time, and waits at the end until it is let go of.
  private actor Reader: LogReader {
    let engine: StandInEngine
    let start: Timestamp
    let follows: Bool
    private var given = 0

    init(engine: StandInEngine, start: Timestamp, follows: Bool) {
      self.engine = engine
      self.start = start
      self.follows = follows
    }

    func next() async throws(ControlFailure) -> [LogLineBytes]? {
      while !Task.isCancelled {
        let rest = engine.content.withLock { $0.lines.filter { $0.time >= start }.dropFirst(given).prefix(7) }
        given += rest.count
        if !rest.isEmpty { return Array(rest) }
        if !follows { return nil }
        try? await Task.sleep(for: .milliseconds(5))
      }
      throw ControlFailure(.cancelled, "Nobody reads it any more.")
    }
  }

  // MARK: Sessions

  func sandboxes() async throws(ControlFailure) -> [Sandbox] { [] }
  func changes() -> AsyncStream<Void> { broadcast.stream() }
  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox { throw refuse("create") }
  func suspend(_ reference: SandboxReference) async throws(ControlFailure) { throw refuse("suspend") }
  func resume(_ reference: SandboxReference) async throws(ControlFailure) { throw refuse("resume") }
  func delete(_ reference: SandboxReference) async throws(ControlFailure) { throw refuse("delete") }
  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) {
    throw refuse("deleteVolume")
  }
  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? { throw refuse("journal") }
  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection {
    throw refuse("runner")
  }

  private func refuse(_ what: String) -> ControlFailure {
    content.withLock { $0.touched.append(what) }
    return ControlFailure(.unsupported, "The stand-in has no sessions.")
  }
}
