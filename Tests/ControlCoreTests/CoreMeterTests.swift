import ControlCore
import ControlModel
import Synchronization
import Testing

@Suite struct CoreMeterTests {
  @Test(.timeLimit(.minutes(1)))
  func aCoreKnowsWhatItHasAndWhatItDid() async throws {
    let ports = try makePorts(sandbox: makeSandbox())
    let events = [
      EventDraft(.lifecycle, "", name: "runner.started", detail: ["generation": 1]), EventDraft(.user, "hi"),
    ]
    .enumerated().map { Event(seq: Int64($0.offset) + 1, time: .now(), content: $0.element) }
    ports.state.withLock { $0.runner = StandInRunner(session: $0.managed.session.id, journal: events) }
    try await withCore(ports) { core in
      try await until { core.meter.reading.events == 2 && core.meter.reading.looks > 1 }
      let reading = core.meter.reading
      #expect(reading.holdsLease)
      #expect(reading.slots == SessionSlots.count)
      #expect(reading.sessions.values.reduce(0, +) == 1)
      #expect(reading.delays.count == 2)
      #expect((1...2).contains(reading.commits))
      #expect(reading.failedCommits == 0 && reading.failedLooks == 0)
    }
  }
}
