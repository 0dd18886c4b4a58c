import ControlModel
import PaddockProgram
import Testing

/// A turn of the real Claude Code that lasts for some time, or until it is told to end, wherever its sandbox is.
struct LongTurn {
  let walk: ClaudeWalk

  private static let end = "Came to its end."

  /// Several times what a runner takes to end that gives its turn no time.
  static let longerThanAnEnd = 20

  /// Returns when its command runs, which ends by itself after so many seconds.
  static func begin(
    _ paddock: PaddockInstallation, in sandboxes: any SandboxAccess, _ model: ModelStandIn, lasting seconds: Int? = nil
  ) async throws -> LongTurn {
    let command = seconds.map { "sleep \($0)" } ?? "while [ ! -e go ]; do sleep 0.2; done"
    let message = "[[bash: touch begun; \(command)]] [[text: \(end)]]"
    let id = try await paddock.start(agent: "claude", message: message)
    try await paddock.wait(for: id, toBe: "approval", within: 180)
    try await paddock.require("session", "approve", id)
    try await eventually("the command runs") { try await sandboxes.hasFile("begun", in: id) ? true : nil }
    return LongTurn(walk: ClaudeWalk(paddock: paddock, sandboxes: sandboxes, model: model, id: id))
  }

  func letEnd() async throws { try await walk.sandboxes.makeFile("go", in: walk.id) }

  /// A message of its own turn, for whoever can take it.
  func sayMore() async throws {
    try await walk.paddock.require("session", "message", walk.id, "[[text: Said meanwhile.]]", "--wait", "0")
  }

  /// By the runner that began it, to the end: the runner ended after it.
  func expectItToHaveEndedByItself() async throws {
    let events = try await walk.paddock.events(of: walk.id)
    let result = try #require(events.first { $0.kind == .result }, "it has a result")
    #expect(result.text == Self.end && result.content.detail["stopReason"] != "interrupted")
    let stopped = try #require(events.first { $0.content.name == "runner.stopped" }, "the runner has ended in order")
    #expect(result.seq < stopped.seq)
    #expect(!events.contains { $0.content.name == "runtime.continued" })
    try await expectNothingLost(events)
  }

  /// Cut with its runner, and gone on with by the next one, in the same conversation.
  func expectItToHaveBeenGoneOnWith() async throws {
    let events = try await walk.paddock.events(of: walk.id)
    let stops = events.filter { $0.content.name == "runner.started" }.map(\.seq)
    let result = try #require(events.first { $0.kind == .result }, "it has a result")
    #expect(stops.count == 2 && result.seq > stops[1], "the second runner has answered it")
    #expect(result.content.detail["stopReason"] != "interrupted")
    #expect(events.count { $0.content.name == "runtime.resumed" } == 1)
    #expect(events.count { $0.content.name == "runtime.continued" } == 1)
    try await expectNothingLost(events)
  }

  /// Being stopped is no user's interrupt, and nothing is said or numbered twice.
  private func expectNothingLost(_ events: [Event]) async throws {
    #expect(events.map(\.seq) == Array(1...Int64(events.count)))
    #expect(!events.contains { $0.content.name == "runtime.interrupt" || $0.kind == .error })
    let prompts = walk.model.requests.last { !($0["tools"]?.arrayValue ?? []).isEmpty }?["prompts"]?.arrayValue ?? []
    #expect(prompts.count { $0.stringValue?.contains("touch begun") == true } == 1)
    try await walk.expectOneConversation()
  }
}
