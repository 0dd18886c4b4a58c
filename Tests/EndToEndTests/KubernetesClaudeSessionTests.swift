import ClusterSupport
import ControlModel
import PaddockProgram
import Testing

/// The walk of the real Claude Code CLI in a pod of a real node.
@Suite(.serialized) struct KubernetesClaudeSessionTests {
  @Test func aConversationInAPodOutlivesEverythingThatHappensToIt() async throws {
    let model = try ModelStandIn()
    try await KubernetesStack.run(agents: .agent) { stack in
      let paddock = stack.paddock
      let port = try #require(Int(model.port))
      try await paddock.applyClaude("claude", model, at: try await stack.node.expose(port: port))
      let walk = try await ClaudeWalk.start(paddock, in: stack, model)
      try await walk.throughEverything()
      try await walk.expectEveryEventOnce()
      try await walk.expectEachTurnToCountOnce()
      try await stack.deletePod(of: walk.id)
      try await walk.say("[[text: In another pod.]]")
      try await walk.expectResults(8)
      walk.expectTheModelToKnowTheConversation()
      let rows = try await paddock.require("session", "events", walk.id, "--output", "jsonl").lines
      #expect(try await stack.journal(of: walk.id) == rows)
      try await paddock.require("session", "kill", walk.id, "--yes", "--reason", "test")
      try await paddock.wait(for: walk.id, toBe: "killed")
      let events = try await paddock.events(of: walk.id)
      #expect(events.map(\.seq) == Array(1...Int64(events.count)))
    }
  }
}
