import AgentRuntimes
import ControlModel
import Glibc
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

  @Test func whatGoesOnInTheBackgroundIsNamedBesideTheTurn() async throws {
    let bench = try RuntimeBench(.claude, permissions: .bypass)
    let process = try bench.start()
    let command =
      #"{"command": "touch begun; while [ -e begun ]; do sleep 0.2; done", "description": "Serve", "run_in_background": true}"#
    process.send(.sample("[[tool: Bash \(command)]] [[text: It serves.]]"))
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.projection.activity == .waiting)
    #expect(process.projection.tasks.map(\.title) == ["Serve"])
    #expect(process.projection.now.hasPrefix("‹your turn› · 1 task running since "))
    try await bench.poll { $0.exists("begun") }
    _ = unlink("\(bench.configuration.workingDirectory)/begun")
    // Claude Code tells the model of its end, which is a turn that nobody asked for.
    try await process.wait { $0.count(.result) == 2 }
    #expect(process.projection.tasks.isEmpty && process.projection.activity == .waiting)
    #expect(process.lies == [])
    process.crash()
  }

  @Test func aSubAgentThatGoesOnIsNoTurnOfTheSessions() async throws {
    let bench = try RuntimeBench(.claude, permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("[[task: {{bash: sleep 1}} {{text: Counted.}}]] [[text: It counts.]]"))
    try await process.wait { $0.count(.result) == 2 }
    #expect(process.projection.tasks.isEmpty && process.projection.activity == .waiting)
    #expect(process.projection.turns == 1)
    #expect(process.lies == [])
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
