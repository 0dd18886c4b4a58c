import ControlCore
import ControlModel
import Synchronization
import Testing

/// A runner that dies behind its command's end: the journal on the volume knows more than what is recorded.
@Suite struct EndedCommandTests {
  @Test(.timeLimit(.minutes(1)), arguments: [true, false])
  func aCommandWhoseEndIsJournalledIsNotRunAgain(isJournalled: Bool) async throws {
    let ports = try makePorts(sandbox: makeSandbox(ready: false, finished: "RunnerExited"))
    let recorded = ports.state.withLock { $0.managed.projection.lastSeq }
    let end = EventDraft(.lifecycle, "The command ended", name: "runtime.exited", detail: ["exit": "exit 0"])
    ports.state.withLock {
      $0.rest = .events(isJournalled ? [Event(seq: recorded + 1, time: .now(), content: end)] : [], then: nil)
    }
    try await withCore(ports) { _ in
      try await until {
        ports.state.withLock { state in
          state.operations.contains { $0.kind == .restart } || state.sandbox?.operatingMode == .suspended
        }
      }
    }
    #expect(ports.state.withLock { $0.operations.contains { $0.kind == .restart } } == !isJournalled)
    #expect(ports.state.withLock { $0.recorded } == (isJournalled ? recorded + 1 : 0))
  }
}
