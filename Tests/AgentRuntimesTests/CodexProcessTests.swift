import AgentRuntimes
import ControlModel
import Testing

/// What the real Codex CLI does besides what every runtime does.
@Suite struct CodexProcessTests {
  @Test func theKeyReachesTheModelsAPI() async throws {
    let bench = try RuntimeBench(.codex)
    let process = try bench.start()
    process.send(.sample("[[text: Good morning.]]"))
    try await process.wait { $0.count(.result) == 1 }
    #expect(bench.requests.last?["headers"]?["authorization"] == "Bearer a-key-for-nobody")
    process.crash()
  }

  @Test func aChangeOfFilesIsAskedForAndNamed() async throws {
    let bench = try RuntimeBench(.codex)
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
    let bench = try RuntimeBench(.codex, permissions: .bypass)
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
    let bench = try RuntimeBench(.codex, permissions: .bypass)
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

  @Test func aMessageThatAnInterruptDroppedIsSentAgain() async throws {
    let bench = try RuntimeBench(.codex)
    let process = try bench.start()
    process.send(.sample("[[slow: 300]]"))
    try await process.wait { !$0.named("codex.agentMessage").isEmpty }
    process.send(.sample("[[text: Do not forget me.]]"))
    process.interrupt()
    try await process.wait { $0.last(.result)?.text == "Do not forget me." }
    #expect(process.events.count(.user) == 2)
    process.crash()
  }

  @Test func aTurnThatFailsSaysWhy() async throws {
    let bench = try RuntimeBench(.codex)
    let process = try bench.start()
    process.send(.sample("[[error: 400]] [[text: At last.]]"))
    try await process.wait { $0.count(.result) == 1 }
    let result = try #require(process.events.first(.result))
    #expect(result.content.isError)
    #expect(result.text.contains("400") || result.text.contains("stand-in"))
    process.send(.sample("[[error: 500]] [[text: At last.]]"))
    try await process.wait { $0.count(.result) == 2 }
    #expect(process.events.last(.result)?.text == "At last.")
    process.crash()
  }
}
