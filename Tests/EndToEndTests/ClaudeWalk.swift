import ControlModel
import Glibc
import PaddockProgram
import Testing

/// The parts of the walk, in their order.
struct ClaudeWalk {
  let paddock: PaddockInstallation
  let sandboxes: any SandboxAccess
  let model: ModelStandIn
  let id: String

  static func start(
    _ paddock: PaddockInstallation, in sandboxes: any SandboxAccess, _ model: ModelStandIn
  ) async throws -> ClaudeWalk {
    let id = try await paddock.start(agent: "claude", message: "[[text: The word is swordfish.]]")
    return ClaudeWalk(paddock: paddock, sandboxes: sandboxes, model: model, id: id)
  }

  func throughEverything() async throws {
    try await expectResults(1)
    try await decide()
    try await interrupt()
    try await killTheRunnerInTheMiddleOfATurn()
    try await killTheRunnerAndWriteToIt()
    try await restart()
    try await suspendAndResume()
    try await expectOneConversation()
  }

  func decide() async throws {
    try await say("[[bash: touch approved]] [[bash: touch denied]] [[text: Decided.]]")
    try await eventually("the first call asks", within: 90) {
      try await count { $0.kind == .approvalRequest } == 1 ? true : nil
    }
    try await paddock.wait(for: id, toBe: "approval")
    #expect(try await paddock.session(id)["now"] == "Bash: touch approved")
    #expect(try await !sandboxes.hasFile("approved", in: id))
    try await paddock.require("session", "approve", id)
    try await eventually("the second call asks", within: 90) {
      try await count { $0.kind == .approvalRequest } == 2 ? true : nil
    }
    try await paddock.wait(for: id, toBe: "approval")
    try await paddock.require("session", "deny", id, "--reason", "Not that.")
    try await expectResults(2)
    #expect(try await sandboxes.hasFile("approved", in: id))
    #expect(try await !sandboxes.hasFile("denied", in: id))
    let outcomes = try await paddock.events(of: id).filter { $0.kind == .toolResult }
    #expect(outcomes.map(\.content.isError) == [false, true])
    #expect(outcomes.last?.text.contains("Not that.") == true)
  }

  func interrupt() async throws {
    let asked = model.requests.count
    try await say("[[slow: 300]]")
    try await eventually("the model speaks") { model.requests.count > asked ? true : nil }
    try await paddock.wait(for: id, toBe: "working")
    try await paddock.require("session", "interrupt", id)
    try await expectResults(3)
    let result = try await paddock.events(of: id).last { $0.kind == .result }
    #expect(result?.content.detail["stopReason"] == "interrupted")
  }

  func killTheRunnerInTheMiddleOfATurn() async throws {
    let before = try await paddock.session(id)
    try await say("[[bash: touch begun; while [ ! -e never ]; do sleep 0.2; done]] [[text: Unsaid.]]")
    try await paddock.wait(for: id, toBe: "approval")
    try await paddock.require("session", "approve", id)
    try await eventually("the command runs") {
      try await sandboxes.hasFile("begun", in: id) ? true : nil
    }
    try await killRunner()
    try await expectResults(4)
    let after = try await paddock.wait(for: id, toBe: "waiting")
    #expect(after["generation"] == (sandboxes.restartsRunners ? 1 : 2))
    #expect(after["runtimeSessionID"] == before["runtimeSessionID"])
    #expect(try await sandboxes.hasFile("approved", in: id), "the workspace is the same")
    #expect(try await count { $0.content.name == "runtime.resumed" } == 1)
    expectTheModelToKnowTheConversation()
  }

  /// The message is written while nothing can take it.
  func killTheRunnerAndWriteToIt() async throws {
    try await killRunner()
    try await say("[[text: Still here.]]")
    try await expectResults(5)
    #expect(try await count { $0.kind == .assistant && $0.text == "Still here." } == 1)
    expectTheModelToKnowTheConversation()
  }

  func restart() async throws {
    try await paddock.require("session", "restart", id, "--yes", "--reason", "test")
    try await say("[[text: After the restart.]]")
    try await expectResults(6)
    expectTheModelToKnowTheConversation()
  }

  func suspendAndResume() async throws {
    try await paddock.require("session", "suspend", id)
    try await paddock.wait(for: id, toBe: "suspended")
    #expect(try await sandboxes.runners(of: id).isEmpty)
    try await paddock.require("session", "resume", id)
    try await say("[[text: After the pause.]]")
    try await expectResults(7)
    expectTheModelToKnowTheConversation()
    #expect(try await count { $0.content.name == "runtime.resumed" } == 4)
  }

  // MARK: What must hold in the end

  func expectEveryEventOnce() async throws {
    let events = try await paddock.events(of: id)
    #expect(events.map(\.seq) == Array(1...Int64(events.count)))
    let records = events.filter { [.assistant, .toolCall, .toolResult, .result].contains($0.kind) }
      .compactMap { try? JSONValue(parsing: $0.content.raw)["uuid"]?.stringValue }
    #expect(Set(records).count == records.count)
    let messages = events.filter { $0.kind == .user }.map(\.content.messageID)
    #expect(messages.count == 7 && Set(messages).count == 7)
    #expect(!events.contains { $0.kind == .error || $0.content.name == "runtime.fallback" })
  }

  /// Claude Code's own record lies on the volume, and there is one.
  func expectOneConversation() async throws {
    let identifiers = try await paddock.events(of: id).compactMap {
      $0.content.detail["runtimeSessionID"]?.stringValue
    }
    #expect(Set(identifiers).count == 1)
    #expect(try await sandboxes.claudeRecords(of: id) == [(identifiers.first ?? "") + ".jsonl"])
  }

  /// The stand-in counts 3342 tokens for each reply, which are 0.00284 dollars.
  func expectEachTurnToCountOnce() async throws {
    let events = try await paddock.events(of: id)
    let results = events.filter { $0.kind == .result }
    let whole = results.filter { $0.content.detail["stopReason"] != "interrupted" }
    #expect(whole.map(\.content.cost) == [1, 3, 1, 1, 1, 1].map { USD(micros: 2840 * $0) })
    #expect(whole.map(\.content.usage?.total) == [1, 3, 1, 1, 1, 1].map { TokenCount(steps: 3342 * $0) })
    let session = try await paddock.session(id)
    #expect(TokenCount(stored: session["tokens"]) == events.reduce(0) { $0 + ($1.content.usage?.total ?? 0) })
    let cost = results.reduce(USD.zero) { $0 + ($1.content.cost ?? .zero) }
    #expect(session["costUSD"] == JSONValue(cost.dollars))
    #expect(session["turns"] == 7)
  }

  // MARK: Steps

  func say(_ text: String) async throws {
    try await paddock.require("session", "message", id, text)
  }

  func expectResults(_ expected: Int) async throws {
    try await eventually("turn \(expected) of session \(id) is over", within: 120) {
      try await count { $0.kind == .result } >= expected ? true : nil
    }
    #expect(try await count { $0.kind == .result } == expected)
  }

  private func count(_ test: (Event) -> Bool) async throws -> Int {
    try await paddock.events(of: id).count(where: test)
  }

  private func killRunner() async throws {
    let runners = try await sandboxes.runners(of: id)
    try #require(runners.count == 1, "one session, one live sandbox")
    for pid in runners { kill(pid, SIGKILL) }
  }

  /// Sent by the resumed runtime itself, each message once and as it was.
  func expectTheModelToKnowTheConversation() {
    let last = model.requests.last { !($0["tools"]?.arrayValue ?? []).isEmpty }
    #expect(last?["messages"]?.text.contains("The word is swordfish.") == true)
    #expect(last?["messages"]?.text.contains("Not that.") == true)
    let prompts = last?["prompts"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(prompts.count { $0.contains("touch begun") } == 1)
    #expect(Set(prompts).count == prompts.count)
  }
}
