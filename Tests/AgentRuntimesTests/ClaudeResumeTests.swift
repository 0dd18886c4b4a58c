import AgentRuntimes
import ControlModel
import Testing

/// What happens on the real Claude Code CLI when processes die, besides what happens on every runtime.
@Suite struct ClaudeResumeTests {
  @Test func whatAKilledTurnUsedIsCountedOnce() async throws {
    let bench = try RuntimeBench(.claude, permissions: .bypass)
    let (process, _) = try await bench.turnThatWasKilled()
    let events = process.events
    #expect(events.runtimeSessionIDs == [bench.configuration.session.text])
    // A killed process takes the cost of its last turn with it; nothing is counted twice.
    #expect(events.cost == RuntimePeer.claude.cost.times(events.count(.result)))
    // Its tokens are known from its messages, but for the end of the output.
    let lost = events.named("claude.usage").compactMap(\.content.usage)
    #expect(lost.map(\.input) == [100] && lost.map(\.cacheRead) == [3000] && lost.map(\.cacheWrite) == [200])
    #expect(lost.allSatisfy { (1...42).contains($0.output ?? 0) })
    process.crash()
    let next = try bench.start(journal: events)
    next.send(.sample("[[text: Again.]]"))
    try await next.wait { $0.count(.result) == 3 }
    #expect(next.events.named("claude.usage").count == 1)
    next.crash()
  }

  @Test func killsAtAnyMomentDoubleNoRecord() async throws {
    let bench = try RuntimeBench(.claude, permissions: .bypass)
    let process = try await bench.lives(killed: 6, of: "killsAtAnyMomentDoubleNoRecord")
    let records = process.events
      .filter { [.assistant, .thinking, .toolCall, .toolResult, .result].contains($0.kind) }
      .compactMap { try? JSONValue(parsing: $0.content.raw)["uuid"]?.stringValue }
    #expect(Set(records).count == records.count)
    process.crash()
  }

  /// Claude Code keeps nothing of a message that only waits: what is killed so early has lost nothing.
  @Test func aConversationThatIsKilledBeforeItsFirstWordIsBegunWithoutAnError() async throws {
    let bench = try RuntimeBench(.claude, permissions: .bypass)
    let process = try await bench.lives(killedAfter: [3, 3, 3])
    #expect(process.events.allSatisfy { !$0.content.isError })
    #expect(process.events.runtimeSessionIDs == [bench.configuration.session.text])
    // It may give the model several as one.
    let prompts = bench.prompts.joined(separator: "\n")
    #expect(process.events.filter { $0.kind == .user }.allSatisfy { prompts.contains($0.text) })
    process.crash()
  }

  @Test func aMessageThatAnEmptyConversationNeverReadIsItsFirst() async throws {
    let bench = try RuntimeBench(.claude)
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

  @Test func aConversationThatExistsIsResumedThoughTheJournalIsLost() async throws {
    let bench = try RuntimeBench(.claude)
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
    let bench = try RuntimeBench(.claude)
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
    let bench = try RuntimeBench(.claude, budget: USD(micros: 3000))
    let process = try bench.start()
    process.send(.sample("[[text: One.]]"))
    try await process.wait { $0.count(.result) == 1 }
    process.send(.sample("[[text: Two.]]"))
    try await process.wait { $0.count(.result) == 2 }
    process.send(.sample("[[text: Three.]]"))
    try await process.wait { $0.count(.result) == 3 }
    let result = try #require(process.events.last(.result))
    #expect(result.content.isError)
    #expect(result.text.lowercased().contains("budget"))
    #expect(process.events.cost == USD(micros: 5680))
    process.crash()
  }

  @Test(arguments: [true, false]) func whatIsLeftOfABudgetIsAllThatARestartGets(knowsJournal: Bool) async throws {
    let bench = try RuntimeBench(.claude, budget: USD(micros: 3000))
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    var configuration = bench.configuration
    // What the core knows is enough where the journal is lost.
    if !knowsJournal { (configuration.spent, configuration.firstSeq) = (first.events.cost, 99) }
    let second = try bench.start(configuration, journal: knowsJournal ? first.events : [])
    let before = second.events.count(.result)
    second.send(.sample("[[text: Two.]]"))
    try await second.wait { $0.count(.result) == before + 1 }
    second.send(.sample("[[text: Three.]]"))
    try await second.wait { $0.count(.result) == before + 2 }
    let last = try #require(second.events.last(.result))
    #expect(last.content.isError && last.text.lowercased().contains("budget"))
    #expect(bench.requests.count == 2)
    second.crash()
  }

  @Test(arguments: [": >", "head -c 3000 /dev/urandom >", "head -c 4096 /dev/zero >"])
  func aConversationThatACrashLeftUnreadableIsBegunAnewAndItsFileIsKept(damage: String) async throws {
    let bench = try RuntimeBench(.claude)
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let find = "find '\(bench.configuration.stateDirectory)' -name '\(bench.configuration.session).jsonl'"
    _ = try output(of: ["/bin/sh", "-c", "\(damage) \"$(\(find))\""])
    let second = try bench.start(journal: first.events)
    second.send(.sample("[[text: Two.]]"))
    try await second.wait { $0.count(.result) == 2 }
    #expect(second.events.last(.result)?.text == "Two.")
    let anew = try #require(second.events.named("runtime.fallback").last)
    #expect(anew.text.contains("cannot be read any more") && anew.text.contains("is kept") && anew.content.isError)
    #expect(anew.content.detail["former"]?.stringValue == bench.configuration.session.text)
    #expect(second.events.named("runtime.exited").isEmpty)
    second.crash()
    #expect(try output(of: ["/bin/sh", "-c", find]).contains("jsonl"))
    // From then on it is that one.
    let third = try bench.start(journal: second.events)
    third.send(.sample("[[text: Three.]]"))
    try await third.wait { $0.count(.result) == 3 }
    #expect(third.events.named("runtime.fallback").count == second.events.named("runtime.fallback").count)
    #expect(bench.requests.last?["messages"]?.text.contains("Two.") == true)
    third.crash()
  }

  @Test func aRefusalOfTheModelsAPIIsTriedAgain() async throws {
    let bench = try RuntimeBench(.claude)
    let process = try bench.start()
    process.send(.sample("[[error: 529]] [[text: At last.]]"))
    try await process.wait { $0.count(.result) == 1 }
    let retry = try #require(process.events.named("claude.api_retry").first)
    #expect(retry.text.contains("529"))
    #expect(process.events.first(.result)?.text == "At last.")
    process.crash()
  }

  @Test func aSubAgentsEventsCarryTheCallThatStartedIt() async throws {
    let bench = try RuntimeBench(.claude, permissions: .bypass)
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
