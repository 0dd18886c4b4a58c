import ConsoleConfig
import ConsoleUI
import ControlModel
import TerminalCore

/// Fixed teams, sessions and events, at a fixed time in UTC.
enum Fixture {
  static let now = time("2026-11-22T14:02:00Z")

  static func time(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(microseconds: 0) }

  static func name(_ text: String) -> ResourceName {
    do { return try ResourceName(text) } catch { preconditionFailure("\(error)") }
  }

  static func id(_ number: Int) -> SessionID {
    let digits = String(number)
    let tail = String(repeating: "0", count: 12 - digits.count) + digits
    guard let id = SessionID("01940000-0000-7000-8000-\(tail)") else { preconditionFailure("not a UUID") }
    return id
  }

  static func session(
    _ number: Int, _ title: String, _ state: SessionState, team: String = "engineering", agent: String = "fixer",
    runtime: RuntimeName = .claudeCode, age: Double = 60, now doing: String = "", generation: Int = 1,
    events: Int64 = 0, turns: Count = 1, tokens: TokenCount = 1000, cost: Double = 0.1, reason: String = "",
    desired: DesiredState = .running
  ) -> Session {
    Session(
      id: id(number), team: name(team), agent: name(agent), runtime: runtime, title: title, desired: desired,
      generation: generation, state: state, stateReason: reason, stateSince: now.advanced(bySeconds: -age),
      now: doing, events: events, turns: turns, tokens: TokenUsage(input: tokens), cost: USD(dollars: cost),
      createdAt: now.advanced(bySeconds: -age - 600), lastEventAt: now.advanced(bySeconds: -5),
      runtimeSessionID: "7c9e6679-7425-40de-944b-e07fc1f90ae7")
  }

  static let sessions: [Session] = [
    session(
      1, "migrate billing", .approval, agent: "migrator", age: 2460, now: "Bash: rm -rf build", generation: 2,
      events: 8, turns: 7, tokens: 212_000, cost: 1.92),
    session(
      2, "fix flaky tests", .working, age: 720, now: "Bash: swift test --filter Month", events: 14, turns: 4,
      tokens: 88_000, cost: 0.41),
    session(
      3, "triage issue 1182", .waiting, agent: "triager", runtime: .codex, age: 10_800, now: "‹your turn›", events: 4,
      turns: 2, tokens: 31_000, cost: 0.10),
    session(
      4, "write the launch post", .working, team: "marketing", agent: "writer", age: 95, now: "Edit: posts/launch.md",
      turns: 3, tokens: 54_200, cost: 0.33),
    session(
      5, "compare vector stores", .suspended, team: "research", agent: "reader", age: 90_000, turns: 12,
      tokens: 1_240_000, cost: 4.10, reason: "idle for 30m", desired: .suspended),
    session(
      6, "reproduce the paper", .failed, team: "research", agent: "reader", age: 300, turns: 1, tokens: 900,
      cost: 0.01, reason: "runtime exited with status 137"),
    session(
      7, "old import", .finished, team: "research", agent: "imported", age: 400_000, turns: 40, tokens: 3_000_000,
      cost: 9.5, desired: .archived),
  ]

  static let teams = ["engineering", "marketing", "research"].map { Team(name: name($0), createdAt: now) }

  static let agents = [
    Agent(
      team: name("engineering"), name: name("fixer"), spec: AgentSpec(runtime: .claudeCode), revision: 1,
      createdAt: now, updatedAt: now),
    Agent(
      team: name("research"), name: name("reader"), spec: AgentSpec(runtime: .codex), revision: 1, createdAt: now,
      updatedAt: now),
  ]

  static let secrets = [
    Secret(
      team: name("engineering"), name: "GITHUB_TOKEN", owner: "ada", bindings: [name("fixer"), name("migrator")],
      updatedAt: time("2026-11-20T09:12:00Z")),
    Secret(
      team: name("engineering"), name: "ANTHROPIC_API_KEY", owner: "ada", bindings: [name("fixer")],
      updatedAt: time("2026-11-19T11:00:00Z")),
    Secret(
      team: name("marketing"), name: "STRIPE_KEY", owner: "grace", bindings: [],
      updatedAt: time("2026-10-01T08:00:00Z")),
  ]

  static func event(
    _ seq: Int64, _ kind: EventKind, _ text: String, call: String? = nil, tool: String? = nil, fails: Bool = false,
    at clock: String = "", duration: Milliseconds? = nil, raw: String = ""
  ) -> Event {
    let stamp = clock.isEmpty ? now.advanced(bySeconds: Double(seq) - 100) : time("2026-11-22T\(clock)Z")
    return Event(
      seq: seq, time: stamp,
      content: EventDraft(
        kind, text, callID: call, name: tool, isError: fails, duration: duration, raw: Array(raw.utf8)))
  }

  /// Of session 2.
  static let events: [Event] = [
    event(1, .lifecycle, "claude-code 2.0.31", tool: "runtime.started", at: "14:01:10"),
    event(2, .user, "The date tests fail on the 31st. Find out why.", at: "14:01:12"),
    event(3, .thinking, "The tests fail only on long months.\nLook at Month.swift first.", at: "14:01:13"),
    event(4, .toolCall, "Sources/Calendar/Month.swift", call: "toolu_01", tool: "Read", at: "14:01:15"),
    event(5, .toolResult, "struct Month {\n  var days: Int { 30 }\n}", call: "toolu_01", at: "14:01:15", duration: 100),
    event(
      6, .assistant,
      "Month.days says 30 for every month. That is why the 31st is out of range; I shall look at who calls it, and then correct it.",
      at: "14:01:20"),
    event(
      7, .toolCall, "Sources/Calendar/Month.swift", call: "toolu_02", tool: "Edit", at: "14:01:26",
      raw:
        #"{"input":{"file_path":"Month.swift","old_string":"struct Month {\n  var days: Int { 30 }\n}","new_string":"struct Month {\n  var days: Int { lengths[index] }\n}"}}"#
    ),
    event(8, .toolResult, "The file was updated.", call: "toolu_02", at: "14:01:26", duration: 40),
    event(9, .toolCall, "swift test --filter Month", call: "toolu_03", tool: "Bash", at: "14:01:31"),
    event(
      10, .toolResult, "error: cannot find 'lengths' in scope\n1 error generated.", call: "toolu_03", fails: true,
      at: "14:01:45", duration: 14_000),
    event(11, .assistant, "The table of lengths is missing: adding it.", at: "14:01:48"),
    event(12, .result, "", at: "14:01:50", duration: 38_000),
    event(13, .user, "Add a test for February as well.", at: "14:01:52"),
    event(14, .toolCall, "swift test --filter Month", call: "toolu_04", tool: "Bash", at: "14:01:55"),
  ]

  static let commands = Set(CommandName.allCases.map(\.rawValue))

  static func state(_ columns: Int = 120, _ rows: Int = 40) -> ConsoleState {
    let configuration = Configuration(files: ConfigurationFiles(), commands: commands)
    return ConsoleState(
      storeName: "demo", size: Size(columns: columns, rows: rows),
      theme: configuration.theme("dark", colors: 256).theme, keymap: configuration.keymap,
      themeNames: configuration.themeNames, keymapNames: ["default"], now: now)
  }
}
