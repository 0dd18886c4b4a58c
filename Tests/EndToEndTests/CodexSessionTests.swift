import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// The real Codex CLI in a real sandbox, through the real program.
@Suite(.serialized) struct CodexSessionTests {
  @Test func aThreadOutlivesItsSandbox() async throws {
    let model = try ModelStandIn("responses-api")
    let command = try await ModelStandIn.agent("codex")
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(
        agent: "codex",
        """
        runtime: codex
        command: [\(command)]
        env: { OPENAI_BASE_URL: "http://127.0.0.1:\(model.port)/v1", OPENAI_API_KEY: a-key-for-nobody }
        network: host
        permissions: ask
        """)
      let id = try await paddock.start(agent: "codex", message: "[[text: The word is swordfish.]]")
      try await paddock.wait(for: id, toHave: "its first answer") { $0.kind == .result }
      try await decide(id, on: paddock)
      let thread = try await paddock.session(id)["runtimeSessionID"]

      for pid in Processes.runners(of: id) { kill(pid, SIGKILL) }
      try await paddock.require("session", "message", id, "[[text: Still here.]]")
      try await paddock.wait(for: id, toHave: "an answer after the kill") {
        $0.kind == .assistant && $0.text == "Still here."
      }
      try await paddock.wait(for: id, toBe: "waiting")
      #expect(try await paddock.session(id)["runtimeSessionID"] == thread)
      #expect(model.requests.last?["input"]?.text.contains("The word is swordfish.") == true)

      try await paddock.require("session", "kill", id, "--yes", "--reason", "test")
      let rows = try await paddock.require("session", "events", id, "--output", "jsonl").lines
      #expect(try paddock.journal(of: id) == rows)
      let events = try await paddock.events(of: id)
      #expect(events.map(\.seq) == Array(1...Int64(events.count)))
      #expect(events.count { $0.kind == .user } == 3)
      #expect(events.count { $0.kind == .assistant && $0.text == "Still here." } == 1)
    }
  }

  private func decide(_ id: String, on paddock: PaddockInstallation) async throws {
    try await paddock.require("session", "message", id, "[[bash: touch approved]] [[bash: touch denied]] [[text: So.]]")
    try await paddock.wait(for: id, toBe: "approval")
    try await paddock.require("session", "approve", id)
    try await eventually("the second call asks", within: 90) {
      try await paddock.events(of: id).count { $0.kind == .approvalRequest } == 2 ? true : nil
    }
    try await paddock.wait(for: id, toBe: "approval")
    try await paddock.require("session", "deny", id, "--reason", "Not that.")
    try await eventually("the turn is over", within: 90) {
      try await paddock.events(of: id).count { $0.kind == .result } == 2 ? true : nil
    }
    #expect(paddock.hasFile("approved", in: id) && !paddock.hasFile("denied", in: id))
  }
}
