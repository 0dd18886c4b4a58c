import AgentRuntimes
import ControlModel
import Testing

/// On the real Claude Code CLI.
@Suite struct ClaudeProcessTests {
  /// What the stand-in counts for one reply.
  let reply = TokenUsage(input: 100, output: 42, cacheRead: 3000, cacheWrite: 200)

  @Test func aMessageIsAnsweredAndCounted() async throws {
    let bench = try ClaudeBench(prompt: "You keep the build green.")
    let process = try bench.start()
    try await process.wait { !$0.named("runtime.started").isEmpty }
    #expect(process.runtimeState == .waiting)
    let message = RunnerMessage.sample("[[think: Well.]] [[text: Good morning.]]")
    process.send(message)
    process.send(message)
    try await process.wait { $0.count(.result) == 1 }
    let events = process.events
    #expect(
      events.filter { [.user, .thinking, .assistant, .result].contains($0.kind) }.map(\.text) == [
        message.text, "Well.", "Good morning.", "Good morning.",
      ])
    #expect(events.first(.user)?.content.messageID == message.id.text)
    #expect(events.usage == reply)
    #expect(events.cost == USD(dollars: 0.00284))
    #expect(
      events.named("runtime.started").first?.content.detail["runtimeSessionID"]?.stringValue
        == bench.configuration.session.text)
    #expect(bench.requests.last?["system"]?.text.contains("You keep the build green.") == true)
    #expect(!events.contains { $0.kind == .error || $0.content.name == "unknown" })
    process.send(.sample("[[text: Again.]]"))
    try await process.wait { $0.count(.result) == 2 }
    #expect(process.events.cost == USD(dollars: 0.00568))
    #expect(process.events.usage == reply + reply)
    process.crash()
  }

  @Test func aToolRunsOnlyWhenItIsAllowed() async throws {
    let bench = try ClaudeBench()
    let process = try bench.start()
    process.send(.sample("[[bash: touch allowed]] [[bash: touch denied]] [[text: Finished.]]"))
    try await process.wait { $0.count(.approvalRequest) == 1 }
    #expect(process.runtimeState == .approval)
    let request = try #require(process.events.first(.approvalRequest))
    #expect(request.text == "touch allowed")
    #expect(request.content.name == "Bash")
    #expect(request.content.callID == process.events.first(.toolCall)?.content.callID)
    #expect(!bench.exists("allowed"))
    try process.decide(.allow, request.content.callID)
    try await process.wait { $0.count(.approvalRequest) == 2 }
    #expect(bench.exists("allowed"))
    try process.decide(.deny, process.events.last { $0.kind == .approvalRequest }?.content.callID, reason: "Not that.")
    try await process.wait { $0.count(.result) == 1 }
    #expect(!bench.exists("denied"))
    let results = process.events.filter { $0.kind == .toolResult }
    #expect(results.map(\.content.isError) == [false, true])
    #expect(results.map(\.content.name) == ["Bash", "Bash"])
    #expect(results.last?.text.contains("Not that.") == true)
    #expect(throws: ControlFailure.self) { try process.decide(.allow, request.content.callID) }
    process.crash()
  }

  @Test func aQuestionIsAnsweredWithTheOperatorsWords() async throws {
    let bench = try ClaudeBench()
    let process = try bench.start()
    process.send(.sample("[[ask: Which colour? | Red | Blue]]"))
    try await process.wait { $0.count(.approvalRequest) == 1 }
    let request = try #require(process.events.first(.approvalRequest))
    #expect(request.text == "Which colour? (Red / Blue)")
    #expect(request.content.detail["options"] == ["Red", "Blue"])
    #expect(throws: ControlFailure.self) { try process.decide(.allow, request.content.callID) }
    try process.decide(.allow, request.content.callID, reason: "Green")
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.events.first(.toolResult)?.text.contains(#""Which colour?"="Green""#) == true)
    process.crash()
  }

  @Test func anInterruptEndsTheTurnAndNotTheSession() async throws {
    let bench = try ClaudeBench(permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("[[slow: 300]]"))
    try await process.wait { !$0.named("runtime.turn").isEmpty }
    process.interrupt()
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.events.first(.result)?.content.detail["stopReason"] == "interrupted")
    process.send(.sample("[[bash: touch begun; tail -f /dev/null]]"))
    try await process.wait { $0.count(.toolCall) == 1 && bench.exists("begun") || $0.count(.result) == 2 }
    process.interrupt()
    try await process.wait { $0.count(.result) == 2 }
    let result = try #require(process.events.last { $0.kind == .result })
    #expect(result.content.detail["stopReason"] == "interrupted")
    #expect(!result.content.isError)
    #expect(process.events.first(.toolResult)?.content.isError == true)
    process.send(.sample("[[text: Still here.]]"))
    try await process.wait { $0.last { $0.kind == .result }?.text == "Still here." }
    #expect(process.runtimeState == .waiting)
    process.crash()
  }
}
