import ControlModel
import Glibc
import HTTPTransport
import RunnerClient
import RunnerProtocol
import Testing

@testable import SandboxRunner

/// The real program keeps a real agent's journal within its bounds.
@Suite(.serialized) struct BoundedJournalTests {
  private let folder: TemporaryFolder
  private var socket: String { folder.path + "/socket" }

  init() throws { folder = try TemporaryFolder() }

  private func start(_ script: String, _ bounds: JournalBounds) async throws -> RunnerProcess {
    let configuration = try makeConfiguration(folder, ["sh", "-c", script], journal: bounds)
    let runner = try RunnerProcess(configuration, in: folder)
    _ = try await eventually("the runner answers") { try? status() }
    return runner
  }

  private func status() throws -> RunnerStatus {
    let answer = try SocketClient.ask(socket, "GET", RunnerPath.status).text
    return try RunnerStatus.parse(Array((answer.split(separator: "\r\n\r\n", maxSplits: 1).last ?? "").utf8))
  }

  private func limit(_ bounds: JournalBounds, because reason: String? = nil) throws {
    let body = JSONValue.object(LimitsRequest.json(bounds, reason)).text
    #expect(try SocketClient.ask(socket, "PUT", RunnerPath.limits, body: body).status == 200)
  }

  private func events(named name: String? = nil) throws -> [Event] {
    // Only what may be it is read whole.
    let wanted = name.map { "\"name\":\"\($0)\"" }
    return try folder.lines("journal")
      .filter { line in
        guard let wanted else { return true }
        return line.count < 2_000 && String(decoding: line, as: UTF8.self).contains(wanted)
      }
      .map { try EventLine.decode($0) }
  }

  @Test func anAgentThatFloodsIsReadAsFastAsItMayAndItIsToldOnce() async throws {
    // What is in its pipes when it is ended is journalled, too: these lines make that few.
    let beginning = ContinuousClock.now
    let runner = try await start("exec yes $(printf %01000d 0)", JournalBounds(eventsPerMinute: 1_200))
    _ = try await eventually("the burst is over") { try events(named: "runner.slowed").first }
    let begin = ContinuousClock.now
    let first = try status().seq
    _ = try await eventually("it goes on") { try status().seq > first + 60 ? true : nil }
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let grown = Double(try status().seq - first)
    #expect(seconds > 2 && grown <= 20 * (seconds + 1) + 5, "\(grown) events in \(seconds) s")
    #expect(try status().pauses == [:])
    #expect(runner.end(SIGTERM) == 143)
    #expect(
      try events(named: "runner.slowed").map(\.text) == [
        "The agent is slowed down: it writes more than 1200 events a minute"
      ])
    let numbers = try events().map(\.seq)
    let most = 1_200 + 20 * ((ContinuousClock.now - beginning) / .seconds(1)) + 400
    #expect(numbers == Array(1...Int64(numbers.count)))
    #expect(Double(numbers.count) <= most, "\(numbers.count) of \(most)")
  }

  @Test func largeLinesAreSlowedByTheirBytes() async throws {
    let line = "head -c 200000 /dev/zero | tr '\\0' a; echo"
    let runner = try await start(
      "while :; do \(line); done", JournalBounds(bytesPerMinute: ByteSize(steps: Int64(4) << 20)))
    _ = try await eventually("it is slowed") { try events(named: "runner.slowed").first }
    #expect(folder.size("journal") < 6 << 20)
    // A bound that is raised lets it go on at once.
    try limit(JournalBounds(bytesPerMinute: ByteSize(steps: Int64(1) << 30)))
    _ = try await eventually("it goes on") { folder.size("journal") > 12 << 20 ? true : nil }
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func whoStopsWritingIsNoLongerSlowed() async throws {
    let runner = try await start("seq 1500; read x", JournalBounds(eventsPerMinute: 1_200))
    _ = try await eventually("it is slowed") { try events(named: "runner.slowed").first }
    // Another reason is told, and changes nothing else.
    try limit(JournalBounds(eventsPerMinute: 1_200), because: "its share")
    let again = try await eventually("it is said why") { try events(named: "runner.slowed").dropFirst().first }
    #expect(again.text.hasSuffix("1200 events a minute, its share"))
    _ = try await eventually("all is read") { try status().seq > 1_502 ? true : nil }
    try limit(JournalBounds(eventsPerMinute: 60_000))
    _ = try await eventually("it is said") { try events(named: "runner.unslowed").first }
    // On a busy machine it may be slowed for a moment more, for the first reason again.
    let (slowed, unslowed) = (try events(named: "runner.slowed"), try events(named: "runner.unslowed"))
    #expect(slowed.count <= unslowed.count + 2 && slowed.last.map(\.seq) ?? 0 < unslowed.last.map(\.seq) ?? 0)
    #expect(try events().filter { $0.kind == .output }.map(\.text) == (1...1500).map(String.init))
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func aFullJournalPausesTheAgentUntilTheBoundIsRaised() async throws {
    let script = "i=0; while :; do i=$((i+1)); echo $i; done"
    let runner = try await start(script, JournalBounds(events: 500))
    let paused = try await eventually("it is paused") { try events(named: "runner.paused").first }
    #expect(paused.seq == 501 && paused.text.contains("its journal has 500 events, its bound is 500"))
    #expect(try status().pauses?[.journal]?.contains("raise limits.journal") == true)
    #expect(try events().count == 501)
    try limit(JournalBounds(events: 900))
    let again = try await eventually("it is paused again") { try events(named: "runner.paused").dropFirst().first }
    #expect(again.seq == 901)
    #expect(try events(named: "runner.unpaused").count == 1)
    try limit(JournalBounds(events: 800))
    #expect(try status().pauses?[.journal]?.contains("its bound is 800") == true)
    #expect(runner.end(SIGTERM) == 143)
    let texts = try events().filter { $0.kind == .output }.compactMap { Int($0.text) }
    #expect(texts == Array(1...texts.count), "nothing is lost in between")
  }

  /// A pipe holds 32,768 such lines, and what was read of it as many again.
  @Test func whatAFullJournalHasNoRoomForIsCountedAndLeftOut() async throws {
    let runner = try await start("exec yes x", JournalBounds(events: 500))
    _ = try await eventually("it is paused") { try events(named: "runner.paused").first }
    #expect(runner.end(SIGTERM) == 143)
    let all = try events()
    #expect(all.map(\.seq) == Array(1...Int64(all.count)) && all.count < 510)
    let notices = all.filter { $0.kind == .error }
    #expect(notices.count == 1 && notices.first?.content.detail["lines"]?.integerValue ?? 0 > 1_000)
    #expect(notices.first?.text.contains("output were left out: its journal has 50") == true)
  }

  @Test func aRunnerThatStartsOnAFullJournalStartsNoAgent() async throws {
    let script = "while :; do echo x; done"
    var runner = try await start(script, JournalBounds(events: 300))
    _ = try await eventually("it is paused") { try events(named: "runner.paused").first }
    #expect(runner.end(SIGKILL) == -SIGKILL)
    runner = try await start(script, JournalBounds(events: 300))
    #expect(try status().pauses?[.journal] != nil)
    #expect(try events().last?.content.name == "runner.paused")
    #expect(try events(named: "runtime.resumed").isEmpty)
    try limit(JournalBounds(events: 400))
    _ = try await eventually("it is started") { try events(named: "runtime.resumed").first }
    _ = try await eventually("it is paused again") { try status().pauses?[.journal] != nil ? true : nil }
    #expect(runner.end(SIGTERM) == 143)
  }

  /// Each byte of it takes twelve in an event: in the text and in the record.
  @Test func aLineOfControlCharactersIsNoLineThatNobodyTakes() async throws {
    let runner = try await start(
      "head -c 16777216 /dev/zero | tr '\\0' '\\001'; echo; echo end; read x",
      JournalBounds(bytesPerMinute: ByteSize(steps: Int64(1) << 30)))
    let client = try RunnerClient(unixSocket: socket, token: "s3cret")
    var seen: [Event] = []
    for try await batch in client.events(after: 0) {
      seen += batch
      if seen.contains(where: { $0.text == "end" }) { break }
    }
    let long = try #require(seen.first { $0.content.detail["leftOut"] != nil })
    #expect(long.kind == .output && long.text.unicodeScalars.first == "\u{1}" && long.content.raw.isEmpty)
    #expect(long.content.detail["leftOut"]?["length"]?.integerValue ?? 0 > 192 << 20)
    let longest = try folder.lines("journal").map(\.count).max() ?? 0
    #expect(longest <= JournalLine.maximumLength)
    #expect(runner.end(SIGTERM) == 143)
  }
}
