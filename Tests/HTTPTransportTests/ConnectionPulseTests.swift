import Testing

@testable import HTTPTransport

@Suite struct ConnectionPulseTests {
  private let start = ContinuousClock.now
  private static let probe = ConnectionPulse.Probe(
    url: "https://host:6443/version", silence: .seconds(30), patience: .seconds(15))

  /// Judges connections by their silence in seconds.
  private func judge(_ pulse: inout ConnectionPulse, at second: Int, _ silences: [Int: Int]) -> [ConnectionPulse
    .Verdict]
  {
    let signs = silences.sorted { $0.key < $1.key }.map {
      ConnectionPulse.Sign(connection: $0.key, silence: .seconds($0.value))
    }
    return pulse.judge(signs, at: start + .seconds(second))
  }

  @Test func aConnectionThatBringsSomethingIsLeftAlone() {
    var pulse = ConnectionPulse(Self.probe)
    for second in 0..<100 { #expect(judge(&pulse, at: second, [1: second % 30]) == []) }
  }

  @Test func aSilentOneIsAskedOnceAndGivenUp() {
    var pulse = ConnectionPulse(Self.probe)
    #expect(judge(&pulse, at: 0, [1: 29]) == [])
    #expect(judge(&pulse, at: 1, [1: 30, 2: 3]) == [.ask(1)])
    for second in 2..<16 { #expect(judge(&pulse, at: second, [1: second + 29, 2: 3]) == []) }
    #expect(judge(&pulse, at: 16, [1: 45, 2: 3]) == [.giveUp(1)])
    #expect(judge(&pulse, at: 17, [2: 4]) == [])
  }

  @Test func anAnswerCountsHoweverItComes() {
    var pulse = ConnectionPulse(Self.probe)
    #expect(judge(&pulse, at: 0, [1: 30]) == [.ask(1)])
    #expect(judge(&pulse, at: 4, [1: 2]) == [])
    #expect(judge(&pulse, at: 20, [1: 18]) == [])
    #expect(judge(&pulse, at: 32, [1: 30]) == [.ask(1)])
    #expect(judge(&pulse, at: 47, [1: 45]) == [.giveUp(1)])
  }

  /// A machine that slept, or a loop that was held up, has heard nothing for long: that says nothing of the connection.
  @Test func nothingIsGivenUpUnasked() {
    var pulse = ConnectionPulse(Self.probe)
    #expect(judge(&pulse, at: 0, [1: 100_000]) == [.ask(1)])
    // It answered, and the next look came late.
    #expect(judge(&pulse, at: 100, [1: 99]) == [.ask(1)])
    #expect(judge(&pulse, at: 115, [1: 1]) == [])
  }

  /// Another connection may have the number of one that is gone.
  @Test func whatWasAskedIsForgottenWithItsConnection() {
    var pulse = ConnectionPulse(Self.probe)
    #expect(judge(&pulse, at: 0, [1: 30]) == [.ask(1)])
    #expect(judge(&pulse, at: 5, [:]) == [])
    #expect(judge(&pulse, at: 40, [1: 30]) == [.ask(1)])
  }
}
