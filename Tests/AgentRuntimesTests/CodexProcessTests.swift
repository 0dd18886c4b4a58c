import AgentRuntimes
import ControlModel
import Testing

/// On the real Codex CLI.
@Suite struct CodexProcessTests {
  /// What the stand-in counts for one reply.
  private let reply = TokenUsage(input: 400, output: 50, cacheRead: 600)

  @Test func aMessageIsAnsweredAndCounted() async throws {
    let bench = try CodexBench(prompt: "You keep the build green.")
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
    let thread = try #require(process.runtimeSessionID)
    #expect(
      events.named("runtime.started").first?.content.detail["runtimeSessionID"]?.stringValue == thread)
    #expect(bench.requests.last?["input"]?.text.contains("You keep the build green.") == true)
    #expect(bench.requests.last?["headers"]?["authorization"] == "Bearer a-key-for-nobody")
    #expect(!events.contains { $0.kind == .error || $0.content.name == "unknown" })
    process.send(.sample("[[text: Again.]]"))
    try await process.wait { $0.count(.result) == 2 }
    #expect(process.events.usage == reply + reply)
    #expect(process.runtimeState == .waiting)
    process.crash()
  }

  @Test func aToolRunsOnlyWhenItIsAllowed() async throws {
    let bench = try CodexBench()
    let process = try bench.start()
    process.send(.sample("[[bash: touch allowed]] [[bash: touch denied]] [[text: Finished.]]"))
    try await process.wait { $0.count(.approvalRequest) == 1 }
    #expect(process.runtimeState == .approval)
    let request = try #require(process.events.first(.approvalRequest))
    #expect(request.text == "touch allowed")
    #expect(request.content.name == "shell")
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
    #expect(results.map(\.content.name) == ["shell", "shell"])
    try await bench.poll { $0.requests.last?["input"]?.text.contains("Not that.") == true }
    #expect(throws: ControlFailure.self) { try process.decide(.allow, request.content.callID) }
    process.crash()
  }

  @Test func aChangeOfFilesIsAskedForAndNamed() async throws {
    let bench = try CodexBench()
    let process = try bench.start()
    process.send(.sample("[[patch: note.txt | one]] [[text: Finished.]]"))
    try await process.wait { $0.count(.approvalRequest) == 1 }
    let request = try #require(process.events.first(.approvalRequest))
    #expect(request.content.name == "apply_patch")
    #expect(request.text.hasSuffix("work/note.txt"))
    try process.decide(.allow, request.content.callID)
    try await process.wait { $0.count(.result) == 1 }
    #expect(bench.exists("note.txt"))
    #expect(process.events.first(.toolResult)?.content.isError == false)
    process.crash()
  }

  @Test func withoutPermissionsNothingIsAskedAndExitCodesAreTold() async throws {
    let bench = try CodexBench(permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("[[bash: echo here]] [[bash: exit 3]] [[text: Finished.]]"))
    try await process.wait { $0.count(.result) == 1 }
    let results = process.events.filter { $0.kind == .toolResult }
    #expect(results.map(\.content.isError) == [false, true])
    #expect(results.map { $0.content.detail["exitCode"] } == [0, 3])
    #expect(results.first?.text == "here\n")
    #expect(process.events.filter { $0.kind == .toolCall }.map(\.text) == ["echo here", "exit 3"])
    #expect(process.events.count(.approvalRequest) == 0)
    process.crash()
  }

  @Test func aMessageJoinsTheTurnThatRuns() async throws {
    let bench = try CodexBench(permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("[[slow: 300]]"))
    try await process.wait { !$0.named("codex.agentMessage").isEmpty }
    process.send(.sample("[[text: On another subject.]]"))
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.events.first(.result)?.text == "On another subject.")
    #expect(process.events.named("runtime.turn").count == 1)
    #expect(process.runtimeState == .waiting)
    process.crash()
  }

  @Test func anInterruptEndsTheTurnAndNotTheSession() async throws {
    let bench = try CodexBench(permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("[[bash: touch begun; tail -f /dev/null]]"))
    try await process.wait { $0.count(.toolCall) == 1 }
    try await bench.poll { $0.exists("begun") }
    process.interrupt()
    try await process.wait { $0.count(.result) == 1 }
    let result = try #require(process.events.first(.result))
    #expect(result.content.detail["stopReason"] == "interrupted")
    #expect(!result.content.isError)
    #expect(process.events.first(.toolResult)?.content.isError == true)
    process.send(.sample("[[text: Still here.]]"))
    try await process.wait { $0.count(.result) == 2 }
    #expect(process.events.last { $0.kind == .result }?.text == "Still here.")
    #expect(process.runtimeState == .waiting)
    process.crash()
  }

  @Test func aMessageThatAnInterruptDroppedIsSentAgain() async throws {
    let bench = try CodexBench()
    let process = try bench.start()
    process.send(.sample("[[slow: 300]]"))
    try await process.wait { !$0.named("codex.agentMessage").isEmpty }
    process.send(.sample("[[text: Do not forget me.]]"))
    process.interrupt()
    try await process.wait { $0.last { $0.kind == .result }?.text == "Do not forget me." }
    #expect(process.events.count(.user) == 2)
    process.crash()
  }

  @Test func aTurnThatFailsSaysWhy() async throws {
    let bench = try CodexBench()
    let process = try bench.start()
    process.send(.sample("[[error: 400]] [[text: At last.]]"))
    try await process.wait { $0.count(.result) == 1 }
    let result = try #require(process.events.first(.result))
    #expect(result.content.isError)
    #expect(result.text.contains("400") || result.text.contains("stand-in"))
    process.send(.sample("[[error: 500]] [[text: At last.]]"))
    try await process.wait { $0.count(.result) == 2 }
    #expect(process.events.last { $0.kind == .result }?.text == "At last.")
    process.crash()
  }
}
