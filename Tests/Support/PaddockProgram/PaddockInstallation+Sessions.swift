package import ControlModel
import Foundation

extension PaddockInstallation {
  /// Declares an agent of team `engineering`, which is made if it is not there.
  package func apply(agent name: String, _ spec: String) async throws {
    _ = try await paddock("team", "create", "engineering")
    let indented = spec.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    let declaration = """
      apiVersion: paddock.dev/v1
      kind: Agent
      metadata: { team: engineering, name: \(name) }
      spec:
      \(indented)

      """
    try await require("agent", "apply", "-f", "-", input: declaration)
  }

  package func start(agent: String, message: String? = nil) async throws -> String {
    let arguments = ["session", "start", "--team", "engineering", "--agent", agent, "--output", "json"]
    let run = try await paddock(arguments + (message.map { ["--message", $0] } ?? []))
    guard run.status == 0, let id = try JSONValue(parsing: run.output)["id"]?.stringValue else {
      throw UnexpectedRun(what: "session start", run: run, log: coreLog)
    }
    return id
  }

  package func session(_ id: String) async throws -> JSONValue {
    try await json("session", "show", id)
  }

  package func events(of id: String) async throws -> [Event] {
    try await require("session", "events", id, "--output", "jsonl").lines.map { try EventLine.decode(Array($0.utf8)) }
  }

  @discardableResult
  package func wait(for id: String, toBe state: String, within seconds: Double = 90) async throws -> JSONValue {
    try await eventually("session \(id) is \(state)", within: seconds) {
      let session = try await session(id)
      // A bare `nil` would be JSON's null, which is a value.
      return session["state"]?.stringValue == state ? .some(session) : .none
    }
  }

  @discardableResult
  package func wait(
    for id: String, within seconds: Double = 90, toHave what: String, _ test: (Event) -> Bool
  ) async throws -> Event {
    try await eventually("session \(id) has \(what)", within: seconds) {
      try await events(of: id).first(where: test)
    }
  }

  /// The lines of the session's own journal.
  package func journal(of id: String) throws -> [String] {
    let path = directory + "/sessions/\(id)/journal/journal.jsonl"
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }
}
