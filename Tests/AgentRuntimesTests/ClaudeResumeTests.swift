import AgentRuntimes
import ControlModel
import Testing

/// What happens on the real Claude Code CLI when processes die.
@Suite struct ClaudeResumeTests {
  /// Runs until the test's folder goes away; a second time it ends at once.
  private let endless = "[[bash: [ -e begun ] && exit; touch begun; while [ -e begun ]; do sleep 0.2; done]]"

  @Test func aTurnThatWasKilledGoesOnInTheSameConversation() async throws {
    let bench = try ClaudeBench(permissions: .bypass)
    let first = try bench.start()
    first.send(.sample("[[text: The word is swordfish.]]"))
    try await first.wait { $0.count(.result) == 1 }
    let message = RunnerMessage.sample("\(endless) [[text: Finished.]]")
    first.send(message)
    try await first.wait { $0.count(.toolCall) == 1 }
    // Before that, Claude Code would run the message from its start; the next test is of that.
    try await bench.poll { $0.exists("begun") && $0.conversation.contains("tool_use") }
    first.crash()
    let asked = bench.requests.count

    let second = try bench.start(journal: first.events)
    second.send(message)
    try await second.wait { $0.count(.result) == 2 }
    let events = second.events
    #expect(events.named("runtime.resumed").count == 1)
    #expect(
      Set(events.compactMap { $0.content.detail["runtimeSessionID"]?.stringValue })
        == [bench.configuration.session.text])
    #expect(events.count(.user) == 2)
    #expect(events.named("runtime.continued").count == 1)
    #expect(second.runtimeState == .waiting)
    // The model sees the conversation as it was, each message once.
    let sent = bench.requests[asked...].map { $0["messages"]?.text ?? "" }
    #expect(sent.first?.contains("swordfish") == true)
    #expect(bench.requests.last?["prompts"]?.arrayValue?.count { $0.stringValue == message.text } == 1)
    // A killed process takes the cost of its last turn with it; nothing is counted twice.
    #expect(events.cost.micros == Int64(2840 * events.count(.result)))
    // Its tokens are known from its messages, but for the end of the output.
    let lost = events.named("claude.usage").compactMap(\.content.usage)
    #expect(lost.map(\.input) == [100] && lost.map(\.cacheRead) == [3000] && lost.map(\.cacheWrite) == [200])
    #expect(lost.allSatisfy { (1...42).contains($0.output) })
    second.crash()
    let third = try bench.start(journal: second.events)
    third.send(.sample("[[text: Again.]]"))
    try await third.wait { $0.count(.result) == 3 }
    #expect(third.events.named("claude.usage").count == 1)
    third.crash()
  }

  @Test func killsAtAnyMomentLoseAndDoubleNothing() async throws {
    let bench = try ClaudeBench(permissions: .bypass)
    var journal: [Event] = []
    let rounds = 6
    for round in 1...rounds {
      let process = try bench.start(journal: journal)
      process.send(
        .sample("[[text: Round \(round).]] [[bash: echo a]] [[think: So.]] [[bash: echo b]] [[text: Over.]]"))
      let known = journal.count
      let moment = Int.random(in: 1...14)
      try await process.wait { $0.count >= known + moment }
      process.crash()
      journal = process.events
    }
    let last = try bench.start(journal: journal)
    last.send(.sample("[[text: The end.]]"))
    try await last.wait { $0.last { $0.kind == .result }?.text == "The end." }
    try await bench.poll { _ in last.runtimeState == .waiting }
    let events = last.events
    #expect(events.count(.user) == rounds + 1)
    #expect(Set(events.filter { $0.kind == .user }.map(\.content.messageID)).count == rounds + 1)
    let records = events.filter { [.assistant, .thinking, .toolCall, .toolResult, .result].contains($0.kind) }
      .compactMap { try? JSONValue(parsing: $0.content.raw)["uuid"]?.stringValue }
    #expect(Set(records).count == records.count)
    #expect(
      Set(events.compactMap { $0.content.detail["runtimeSessionID"]?.stringValue })
        == [bench.configuration.session.text])
    #expect(events.cost.micros <= Int64(2840 * bench.requests.count))
    #expect(events.usage.total <= Int64(3342 * bench.requests.count))
    last.crash()
  }

  @Test func aMessageThatWasNeverReadIsSentAgain() async throws {
    let bench = try ClaudeBench()
    let message = RunnerMessage.sample("[[text: Good morning.]]")
    let journal = [
      Event(seq: 1, time: .now(), content: EventDraft(.lifecycle, "", name: "runtime.started")),
      Event(seq: 2, time: .now(), content: EventDraft(.user, message.text, messageID: message.id.text)),
    ]
    let process = try bench.start(journal: journal)
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.events.count(.user) == 1)
    #expect(process.events.named("runtime.continued").isEmpty)
    #expect(bench.requests.count == 1)
    process.crash()
  }

  @Test func anAnsweredMessageIsNotSentAgain() async throws {
    let bench = try ClaudeBench()
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let second = try bench.start(journal: first.events)
    try await second.wait { !$0.named("runtime.resumed").isEmpty }
    #expect(second.runtimeState == .waiting)
    second.send(.sample("[[text: Two.]]"))
    try await second.wait { $0.count(.result) == 2 }
    #expect(bench.requests.count == 2)
    #expect(bench.requests.last?["messages"]?.text.contains("One.") == true)
    #expect(second.events.cost == USD(micros: 5680))
    second.crash()
  }

  @Test func aRuntimeThatIsKilledIsStartedAgain() async throws {
    let bench = try ClaudeBench(permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("\(endless) [[text: Finished.]]"))
    try await bench.poll { $0.exists("begun") }
    process.killRuntime()
    try await process.wait { $0.count(.result) == 1 }
    let exit = try #require(process.events.named("runtime.exited").first)
    #expect(exit.text == "Claude Code was killed by SIGKILL; it is started again in 1 s")
    #expect(exit.content.isError)
    #expect(exit.content.detail["relaunches"] == true)
    #expect(process.events.named("runtime.resumed").count == 1)
    process.crash()
  }

  @Test func aConversationThatIsGoneBeginsAnew() async throws {
    let bench = try ClaudeBench()
    var configuration = bench.configuration
    configuration.runtimeSessionID = configuration.session.text
    let process = try bench.start(configuration)
    process.send(.sample("[[text: Hello.]]"))
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.events.named("runtime.fallback").first?.content.isError == true)
    #expect(process.events.named("runtime.started").count == 1)
    #expect(process.events.first(.result)?.text == "Hello.")
    #expect(process.runtimeSessionID == configuration.session.text)
    process.crash()
  }

  @Test func aConversationThatExistsIsResumedThoughTheJournalIsLost() async throws {
    let bench = try ClaudeBench()
    let first = try bench.start()
    first.send(.sample("[[text: The word is swordfish.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let second = try bench.start()
    second.send(.sample("[[text: Yes.]]"))
    try await second.wait { $0.count(.result) == 1 }
    #expect(second.events.named("runtime.resumed").count == 1)
    #expect(bench.requests.last?["messages"]?.text.contains("swordfish") == true)
    second.crash()
  }

  @Test func aCommandThatCannotRunIsGivenUp() async throws {
    let bench = try ClaudeBench()
    var configuration = bench.configuration
    configuration.command = ["/bin/sh", "-c", "exit 9"]
    let driver = try RuntimeDrivers.make(configuration)
    var copy = driver
    var delays: [Double] = []
    while delays.count < 20 {
      _ = copy.launch(at: .now())
      let actions = copy.exited(.code(9), at: .now())
      let detail = try #require(actions.exit).detail
      guard case .relaunch(let seconds) = actions.last else {
        #expect(detail["relaunches"] == nil)
        break
      }
      #expect(detail["relaunches"] == true)
      delays.append(seconds)
    }
    #expect(delays == [1, 2, 4, 8])
    #expect(copy.state == .exited)
  }

  @Test func aSpentBudgetEndsTheTurnWithAFailure() async throws {
    let bench = try ClaudeBench(budget: USD(micros: 3000))
    let process = try bench.start()
    process.send(.sample("[[text: One.]]"))
    try await process.wait { $0.count(.result) == 1 }
    process.send(.sample("[[text: Two.]]"))
    try await process.wait { $0.count(.result) == 2 }
    process.send(.sample("[[text: Three.]]"))
    try await process.wait { $0.count(.result) == 3 }
    let result = try #require(process.events.last { $0.kind == .result })
    #expect(result.content.isError)
    #expect(result.text.lowercased().contains("budget"))
    #expect(process.events.cost == USD(micros: 5680))
    process.crash()
  }

  @Test func aRefusalOfTheModelsAPIIsTriedAgain() async throws {
    let bench = try ClaudeBench()
    let process = try bench.start()
    process.send(.sample("[[error: 529]] [[text: At last.]]"))
    try await process.wait { $0.count(.result) == 1 }
    let retry = try #require(process.events.named("claude.api_retry").first)
    #expect(retry.text.contains("529"))
    #expect(process.events.first(.result)?.text == "At last.")
    process.crash()
  }

  @Test func aSubAgentsEventsCarryTheCallThatStartedIt() async throws {
    let bench = try ClaudeBench(permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("[[task: {{bash: echo from below}} {{text: Below.}}]] [[text: Above.]]"))
    try await process.wait { events in
      events.contains { $0.text == "Below." } && events.contains { $0.kind == .result }
    }
    let task = try #require(process.events.first(.toolCall))
    #expect(task.text == "A part of the work")
    let below = process.events.filter { $0.content.parentCallID == task.content.callID }
    #expect(below.contains { $0.kind == .toolCall && $0.text == "echo from below" })
    #expect(below.contains { $0.kind == .toolResult && $0.text.contains("from below") })
    #expect(below.contains { $0.kind == .assistant && $0.text == "Below." })
    process.crash()
  }
}
