import AgentRuntimes
import ControlModel
import Testing

/// What happens on the real Codex CLI when processes die.
@Suite struct CodexResumeTests {
  private let reply = TokenUsage(input: 400, output: 50, cacheRead: 600)
  /// Runs until the test's folder goes away; a second time it ends at once.
  private let endless = "[[bash: [ -e begun ] && exit; touch begun; while [ -e begun ]; do sleep 0.2; done]]"

  @Test func aTurnThatWasKilledGoesOnInTheSameThread() async throws {
    let bench = try CodexBench(permissions: .bypass)
    let first = try bench.start()
    first.send(.sample("[[text: The word is swordfish.]]"))
    try await first.wait { $0.count(.result) == 1 }
    let thread = try #require(first.runtimeSessionID)
    let message = RunnerMessage.sample("\(endless) [[text: Finished.]]")
    first.send(message)
    try await first.wait { $0.count(.toolCall) == 1 }
    try await bench.poll { $0.exists("begun") }
    first.crash()

    let second = try bench.start(journal: first.events)
    second.send(message)
    try await second.wait { $0.count(.result) == 2 }
    let events = second.events
    #expect(second.runtimeSessionID == thread)
    #expect(events.named("runtime.resumed").count == 1)
    #expect(Set(events.compactMap { $0.content.detail["runtimeSessionID"]?.stringValue }) == [thread])
    #expect(events.count(.user) == 2)
    #expect(events.named("runtime.continued").count == 1)
    #expect(second.runtimeState == .waiting)
    // The model sees the conversation as it was, the message once.
    let prompts = bench.requests.last?["prompts"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(prompts.count { $0 == message.text } == 1)
    #expect(prompts.contains("[[text: The word is swordfish.]]"))
    // Replies that were whole, each once, though a resumed thread repeats its last count. The killed one is never told.
    #expect(events.usage == reply + reply)
    second.crash()
  }

  @Test func killsAtAnyMomentLoseNoMessageAndCountNothingTwice() async throws {
    let bench = try CodexBench(permissions: .bypass)
    var journal: [Event] = []
    let rounds = 5
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
    #expect(Set(events.filter { $0.kind == .user }.map(\.content.messageID)).count == rounds + 1)
    #expect(events.count(.user) == rounds + 1)
    let prompts = bench.requests.last?["prompts"]?.arrayValue?.compactMap(\.stringValue) ?? []
    // Twice where the kill came between Codex's writing for the model and for its history (docs/codex-runtime.md).
    for message in events.filter({ $0.kind == .user }) {
      #expect((1...2).contains(prompts.count { $0 == message.text }))
    }
    #expect(events.usage.total <= reply.total * Int64(bench.requests.count))
    last.crash()
  }

  @Test func aMessageThatWasNeverReadIsSentAgain() async throws {
    let bench = try CodexBench()
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let message = RunnerMessage.sample("[[text: Two.]]")
    let user = Event(
      seq: Int64(first.events.count + 1), time: .now(),
      content: EventDraft(.user, message.text, messageID: message.id.text))
    let second = try bench.start(journal: first.events + [user])
    try await second.wait { $0.count(.result) == 2 }
    #expect(second.events.count(.user) == 2)
    #expect(bench.requests.count == 2)
    #expect(second.events.usage == reply + reply)
    second.crash()
  }

  @Test func aTurnThatEndedUnheardIsNotRunAgain() async throws {
    let bench = try CodexBench()
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let journal = Array(first.events.prefix { $0.content.name != "runtime.message" })
    let second = try bench.start(journal: journal)
    try await second.wait { $0.count(.result) == 1 }
    #expect(second.events.first(.result)?.text == "One.")
    #expect(second.runtimeState == .waiting)
    #expect(second.events.usage == reply)
    #expect(bench.requests.count == 1)
    second.crash()
  }

  @Test func aRuntimeThatIsKilledIsStartedAgain() async throws {
    let bench = try CodexBench(permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("\(endless) [[text: Finished.]]"))
    try await bench.poll { $0.exists("begun") }
    process.killRuntime()
    try await process.wait { $0.count(.result) == 1 }
    let exit = try #require(process.events.named("runtime.exited").first)
    #expect(exit.text == "Codex was killed by SIGKILL; it is started again in 1 s")
    #expect(exit.content.isError)
    #expect(process.events.named("runtime.resumed").count == 1)
    process.crash()
  }

  @Test func aThreadThatIsGoneBeginsAnew() async throws {
    let bench = try CodexBench()
    var configuration = bench.configuration
    configuration.runtimeSessionID = configuration.session.text
    let process = try bench.start(configuration)
    process.send(.sample("[[text: Hello.]]"))
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.events.named("runtime.fallback").first?.content.isError == true)
    #expect(process.events.named("runtime.started").count == 1)
    #expect(process.events.first(.result)?.text == "Hello.")
    process.crash()
  }
}
