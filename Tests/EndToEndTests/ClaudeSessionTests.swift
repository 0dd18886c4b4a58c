import ControlModel
import PaddockProgram
import Testing

/// A session's whole life with the real Claude Code CLI, in a real sandbox, through the real program. Only the model
/// behind it is a stand-in.
@Suite(.serialized) struct ClaudeSessionTests {
  @Test func aConversationOutlivesEverythingThatHappensToItsSandbox() async throws {
    let model = try ModelStandIn()
    try await PaddockInstallation.run { paddock in
      try await paddock.applyClaude("claude", model)
      let walk = try await ClaudeWalk.start(paddock, in: paddock, model)
      try await walk.throughEverything()
      let id = walk.id
      try await paddock.require("session", "kill", id, "--yes", "--reason", "test")
      try await paddock.wait(for: id, toBe: "killed")
      try await walk.expectEveryEventOnce()
      let rows = try await paddock.require("session", "events", id, "--output", "jsonl").lines
      #expect(try paddock.journal(of: id) == rows)
      try await walk.expectEachTurnToCountOnce()
    }
  }
}

extension PaddockInstallation {
  /// `address`: that of the model for an agent in an image that has Claude Code.
  func applyClaude(_ name: String, _ model: ModelStandIn, at address: String? = nil) async throws {
    try await apply(
      agent: name,
      """
      runtime: claude-code
      \(address == nil ? "command: [\(try await ModelStandIn.agent("claude"))]" : "command: [claude]")
      prompt: You keep the build green.
      env: { ANTHROPIC_BASE_URL: "http://\(address ?? "127.0.0.1:\(model.port)")", ANTHROPIC_API_KEY: a-key-for-nobody }
      network: host
      permissions: ask
      """)
  }
}
