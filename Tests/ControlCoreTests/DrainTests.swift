import ControlCore
import ControlModel
import Synchronization
import Testing

/// An engine that cannot read volumes: what a runner says while it ends comes over its stream, or not at all for now.
@Suite struct DrainTests {
  @Test(.timeLimit(.minutes(1)), arguments: [Operation.Kind.suspend, .kill])
  func whatARunnerSaysWhileItEndsIsRecorded(_ kind: Operation.Kind) async throws {
    let (ports, runner) = try makePortsWithRunner()
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.recorded == 1 } }
      let operation = try await submit(kind, to: ports)
      try await until { ports.state.withLock { isEnding($0) } }
      runner.yield([event(2)])
      try await until { ports.state.withLock { $0.recorded == 2 } }
      #expect(try await ports.operation(operation).outcome == .pending)
      runner.yield([event(3)])
      runner.finish()
      try await until { try await ports.operation(operation).outcome == .succeeded }
      #expect(ports.state.withLock { $0.recorded } == 3)
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: [Operation.Kind.suspend, .kill])
  func aStreamThatDoesNotEndHoldsUpTheEndForABoundedTimeOnly(_ kind: Operation.Kind) async throws {
    let (ports, runner) = try makePortsWithRunner()
    try await withCore(ports, edit: { $0.drainPatience = 0.2 }) { _ in
      try await until { ports.state.withLock { $0.recorded == 1 } }
      let operation = try await submit(kind, to: ports)
      try await until { try await ports.operation(operation).outcome == .succeeded }
    }
    runner.finish()
  }

  @Test(.timeLimit(.minutes(1)))
  func aCoreThatStandsDownDoesNotWaitForTheRunnersEnd() async throws {
    let (ports, runner) = try makePortsWithRunner()
    let begin = ContinuousClock.now
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.recorded == 1 } }
      try await submit(.suspend, to: ports)
      try await until { ports.state.withLock { isEnding($0) } }
    }
    #expect(ContinuousClock.now - begin < .seconds(12))
    runner.finish()
  }

  private typealias Words = AsyncThrowingStream<[Event], any Error>

  private func makePortsWithRunner() throws -> (StandInPorts, Words.Continuation) {
    let ports = try makePorts(sandbox: makeSandbox())
    let (words, runner) = Words.makeStream()
    runner.yield([event(1)])
    ports.state.withLock {
      $0.readsVolumes = false
      $0.runner = StandInRunner(session: $0.managed.session.id, lastWords: words)
    }
    return (ports, runner)
  }

  private func isEnding(_ state: StandInPorts.State) -> Bool {
    state.deletions > 0 || state.sandbox?.operatingMode == .suspended
  }

  private func event(_ seq: Int64) -> Event {
    let started = EventDraft(.lifecycle, "", name: "runner.started", detail: ["generation": 1])
    return Event(seq: seq, time: .now(), content: seq == 1 ? started : EventDraft(.assistant, "going on"))
  }
}
