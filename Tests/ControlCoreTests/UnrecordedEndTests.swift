import ControlCore
import ControlModel
import Synchronization
import Testing

/// A session whose journal cannot be recorded can be ended, and says what is missing.
@Suite struct UnrecordedEndTests {
  private static let rests: [StandInPorts.Rest] = [
    .closed(ControlFailure(.permissionDenied, "Paddock could not open the journal.")),
    .closed(ControlFailure(.unavailable, "The volume does not answer.")),
    .events([], then: ControlFailure(.malformed, "A line of the journal is no event.")),
    .events([], then: ControlFailure(.internalError, "Paddock could not read the journal.")),
    .events([Event(seq: 7, time: .now(), content: EventDraft(.assistant, "after a gap"))], then: nil),
  ]

  @Test(.timeLimit(.minutes(1)), arguments: 0..<5)
  func aKillEndsIt(_ index: Int) async throws {
    try await endsIt(.kill, rest: Self.rests[index])
  }

  @Test(.timeLimit(.minutes(1)), arguments: 0..<5)
  func aPurgeEndsIt(_ index: Int) async throws {
    try await endsIt(.purge, rest: Self.rests[index])
  }

  private func endsIt(_ kind: Operation.Kind, rest: StandInPorts.Rest) async throws {
    let ports = try makePorts(sandbox: makeSandbox())
    ports.state.withLock {
      $0.rest = rest
      $0.setAside = JournalRemainder(place: "/data/unrecorded/x.jsonl", bytes: 512, lastSeq: 9)
    }
    try await withCore(ports) { _ in
      let end = try await submit(kind, to: ports)
      try await until { try await ports.operation(end).outcome == .succeeded }
    }
    let state = ports.state.withLock { $0.states.last }
    #expect(state?.state == .killed)
    let recorded = ports.state.withLock { $0.managed.projection.lastSeq }
    #expect(state?.reason.hasPrefix("not recorded from event \(recorded + 1) on to 9; its journal (512 bytes)") == true)
    #expect(state?.reason.contains("/data/unrecorded/x.jsonl") == true)
    #expect(ports.state.withLock { $0.journalsSetAside } == [recorded])
    #expect(ports.state.withLock { $0.deletions } == 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func whatCanBeRecordedIs() async throws {
    let ports = try makePorts(sandbox: makeSandbox())
    let recorded = ports.state.withLock { $0.managed.projection.lastSeq }
    let next = Event(seq: recorded + 1, time: .now(), content: EventDraft(.assistant, "last words"))
    ports.state.withLock { $0.rest = .events([next], then: nil) }
    try await withCore(ports) { _ in
      let kill = try await submit(.kill, to: ports)
      try await until { try await ports.operation(kill).outcome == .succeeded }
    }
    #expect(ports.state.withLock { $0.recorded } == recorded + 1)
    #expect(ports.state.withLock { $0.journalsSetAside.isEmpty })
  }
}
