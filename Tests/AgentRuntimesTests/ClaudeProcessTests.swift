import AgentRuntimes
import ControlModel
import Testing

/// What the real Claude Code CLI does besides what every runtime does.
@Suite struct ClaudeProcessTests {
  @Test func aQuestionIsAnsweredWithTheOperatorsWords() async throws {
    let bench = try RuntimeBench(.claude)
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

  @Test func anInterruptWhileTheModelSpeaksEndsTheTurn() async throws {
    let bench = try RuntimeBench(.claude)
    let process = try bench.start()
    process.send(.sample("[[slow: 300]]"))
    try await process.wait { !$0.named("runtime.turn").isEmpty }
    process.interrupt()
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.events.first(.result)?.content.detail["stopReason"] == "interrupted")
    process.crash()
  }
}
