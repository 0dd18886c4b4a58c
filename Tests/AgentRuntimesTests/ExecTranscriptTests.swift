import AgentRuntimes
import ControlModel
import Testing

@Suite struct ExecTranscriptTests {
  private func driver() throws -> any RuntimeDriver {
    var driver = try RuntimeDrivers.make(.sample(runtime: .exec, command: ["agent"]))
    _ = driver.launch(at: .now())
    return driver
  }

  private func event(_ line: String) throws -> EventDraft {
    var driver = try driver()
    return try #require(driver.receive(Array(line.utf8), from: .standardOutput, at: .now()).emitted.first)
  }

  @Test(arguments: [
    ("plain words", "plain words"), ("", ""), ("{ not json", "{ not json"), ("[1]", "[1]"),
    (#"{"level":"info","msg":"up"}"#, "up"), (#"{"a":1}"#, #"{"a":1}"#),
  ])
  func whatIsNoEventIsOutput(line: String, text: String) throws {
    let draft = try event(line)
    #expect(draft.kind == .output)
    #expect(draft.text == text)
    let raw = try JSONValue(parsing: draft.raw)
    #expect(raw == .string(line) || Array(line.utf8) == draft.raw)
  }

  @Test(arguments: [
    (#"{"kind":"dance"}"#, "the kind 'dance' is not one that a command may print"),
    (#"{"kind":7}"#, "the kind '7' is not"),
    (#"{"kind":"assistant"}"#, "'text' is missing"),
    (#"{"kind":"assistant","text":7}"#, "'text' must be a string"),
    (#"{"kind":"tool.call","text":"ls"}"#, "'callID' is missing"),
    (#"{"kind":"tool.result","text":"","callID":"c","isError":"yes"}"#, "'isError' must be true or false"),
    (#"{"kind":"result","usage":[]}"#, "'usage' must be an object"),
    (#"{"kind":"result","usage":{"input":"5","output":2.5}}"#, "'usage.input' must be a number"),
    (#"{"kind":"result","usage":{"cacheRead":[1]}}"#, "'usage.cacheRead' must be a number"),
    (#"{"kind":"result","usage":{"input":1,"cacheWrite":{}}}"#, "'usage.cacheWrite' must be a number"),
    (#"{"kind":"result","usage":{"output":true}}"#, "'usage.output' must be a number"),
    (#"{"kind":"result","costUSD":"1"}"#, "'costUSD' must be a number"),
    (#"{"kind":"hello","input":"xml"}"#, "'input' must be 'text' or 'json'"),
  ])
  func aMistakeIsQuotedAndNamed(line: String, problem: String) throws {
    let draft = try event(line)
    #expect(draft.kind == .error)
    #expect(draft.text.contains(problem))
    #expect(draft.text.contains(line))
    #expect(draft.raw == Array(line.utf8))
  }

  /// Each line of `cases/agents/overflow-two-lines.sh`, and money that would buy budget.
  @Test func whatNobodyBelievesIsSaidAndNotAdded() throws {
    let lines = [
      #"{"kind":"result","text":"a","usage":{"input":9223372036854775807,"output":0,"cacheRead":0,"cacheWrite":0}}"#,
      #"{"kind":"result","text":"b","usage":{"input":1,"output":0,"cacheRead":0,"cacheWrite":0}}"#,
      #"{"kind":"result","text":"c","costUSD":-3,"durationMS":1e99}"#,
    ]
    var projection = SessionProjection()
    for (index, line) in lines.enumerated() {
      let draft = try event(line)
      #expect(draft.kind == .result && draft.raw == Array(line.utf8))
      // As the journal keeps it and the core reads it.
      let written = Event(seq: Int64(index) + 1, time: .now(), content: draft)
      projection.apply(try EventLine.decode(EventLine.encode(written)))
    }
    #expect(projection.tokens == TokenUsage(input: 1) && projection.cost == .zero)
    #expect(try event(lines[0]).disbelief.claims == ["usage.input 9223372036854775807"])
    #expect(try event(lines[0]).usage?.input == nil)
    #expect(try event(lines[2]).disbelief.claims == ["durationMS 1e99", "costUSD -3"])
  }

  @Test func halfATokenIsDisbelievedAndAMissingCountIsNone() throws {
    let draft = try event(#"{"kind":"result","usage":{"output":2.5,"cacheRead":3.0,"cacheWrite":null}}"#)
    #expect(draft.kind == .result && draft.usage == TokenUsage(input: 0, output: nil, cacheRead: 3, cacheWrite: 0))
    #expect(draft.disbelief.claims == ["usage.output 2.5"])
  }

  /// The text of an end is the reason that its session shows.
  @Test(arguments: [
    (RuntimeExit.code(130), true), (.signal(2), true), (.code(130), false), (.signal(2), false), (.code(1), true),
  ])
  func anEndByAnInterruptIsNoFailureInItsWords(status: RuntimeExit, isInterrupted: Bool) throws {
    var driver = try driver()
    if isInterrupted { _ = driver.interrupt(at: .now()) }
    let exit = try #require(driver.exited(status, at: .now()).exit)
    let isDone = isInterrupted && status != .code(1)
    #expect(exit.isError == !isDone)
    #expect((exit.text == "The command ended of the interrupt") == isDone, "\(exit.text)")
    #expect(isDone != (exit.text.contains("failed") || exit.text.contains("killed")), "\(exit.text)")
  }

  @Test func aResultCarriesItsCounts() throws {
    let draft = try event(
      #"{"kind":"result","text":"done","usage":{"input":1,"output":2,"cacheRead":3,"cacheWrite":4},"costUSD":0.02,"durationMS":12,"isError":true}"#
    )
    #expect(draft.usage == TokenUsage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4))
    #expect(draft.cost == USD(dollars: 0.02))
    #expect(draft.duration == 12)
    #expect(draft.isError)
  }

  /// Driver and projection, told the same, agree about who works.
  @Test(
    arguments: [
      ([], .waiting), (["plain"], .waiting), (["look"], .working), (["plain", "look"], .working),
      (["look", "wait"], .waiting), (["look", "wait", "plain", "look"], .working), (["wait", "look"], .waiting),
      (["look", #"{"kind":"hello"}"#], .waiting), ([#"{"kind":"hello"}"#, "look"], .waiting),
      ([#"{"kind":"assistant","text":"a"}"#], .working), ([#"{"kind":"assistant","text":"a"}"#, "wait"], .waiting),
      ([#"{"kind":"tool.call","callID":"c","name":"b","text":""}"#, "wait"], .working),
      ([#"{"kind":"thinking","text":"a"}"#, #"{"kind":"result"}"#, "look"], .waiting),
    ] as [([String], RunnerStatus.RuntimeState)])
  func whoWorksUnaskedIsAtWork(story: [String], end: RunnerStatus.RuntimeState) throws {
    var driver = try RuntimeDrivers.make(.sample(runtime: .exec, command: ["agent"]))
    var now = Timestamp.now()
    var projection = SessionProjection()
    var actions = driver.launch(at: now).actions
    for step in story {
      now = now.advanced(bySeconds: 2)
      switch step {
      case "look": actions += driver.isAtWork(at: now)
      case "wait": actions += driver.waitsForInput(at: now)
      default: actions += driver.receive(Array(step.utf8), from: .standardOutput, at: now)
      }
    }
    for (index, draft) in actions.emitted.enumerated() {
      projection.apply(Event(seq: Int64(index) + 1, time: now, content: draft))
    }
    #expect(driver.state == end)
    #expect(projection.activity == (end == .working ? .working : .waiting))
  }

  @Test func startingIsNoWork() throws {
    var driver = try RuntimeDrivers.make(.sample(runtime: .exec, command: ["agent"]))
    let start = Timestamp.now()
    _ = driver.launch(at: start)
    #expect(driver.isAtWork(at: start.advanced(bySeconds: 0.9)).isEmpty && driver.state == .waiting)
    #expect(driver.isAtWork(at: start.advanced(bySeconds: 1)).emitted.map(\.name) == ["runtime.turn"])
    #expect(driver.isAtWork(at: start.advanced(bySeconds: 9)).isEmpty)
  }

  @Test func messagesBeforeTheHelloComeAgainAsJSON() throws {
    var driver = try driver()
    let message = RunnerMessage.sample("two\nlines")
    #expect(driver.send(message, at: .now()).written == ["two lines\n"])
    #expect(driver.send(message, at: .now()).isEmpty)
    let hello = driver.receive(Array(#"{"kind":"hello","input":"json"}"#.utf8), from: .standardOutput, at: .now())
    #expect(hello.written == [#"{"type":"message","id":"\#(message.id)","text":"two\nlines"}"# + "\n"])
  }

  @Test func aMessageToAnEndedCommandStartsItAgain() throws {
    var driver = try driver()
    let exit = try #require(driver.exited(.code(0), at: .now()).exit)
    #expect(exit.detail["relaunches"] == nil)
    let actions = driver.send(.sample("More."), at: .now())
    #expect(actions.last == .relaunch(afterSeconds: 0))
    let launch = driver.launch(at: .now())
    #expect(launch.environment["PADDOCK_RESUMED"] == "1")
    #expect(launch.actions.written == ["More.\n"])
  }
}
