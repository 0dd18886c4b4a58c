import ControlModel
import Foundation
import Glibc
import PaddockProgram
import PostgresClient
import Testing

/// A stack in which everything that an agent, a file, a cluster's description or a row may say is hostile.
struct HostileStack {
  let paddock: PaddockInstallation
  /// Waits for two decisions.
  let session: String
  let folder: String
  let kubeconfig: String
  let declaration: String

  static func make(in paddock: PaddockInstallation, folder: String) async throws -> HostileStack {
    let declaration = try writeAgent(in: folder)
    try await paddock.require("team", "create", "engineering", "--reason", HostileText.lines)
    try await paddock.require("agent", "apply", "-f", declaration)
    let start = try await paddock.require(
      "session", "start", "--team", "engineering", "--agent", "hostile", "--title", HostileText.line, "--message",
      HostileText.lines, "--reason", HostileText.lines, "--output", "json")
    let session = try #require(try JSONValue(parsing: start.output)["id"]?.stringValue)
    try await paddock.wait(for: session, toBe: "approval")
    try await eventually("both requests are there") {
      (try await paddock.session(session))["pendingApprovals"]?.arrayValue?.count == 2 ? true : nil
    }
    try writeTranscript(in: folder)
    try await paddock.require("secret", "set", "engineering/TOKEN", input: "value")
    try await paddock.require("retention", "hold", "--team", "engineering", "--reason", HostileText.line)
    let stack = HostileStack(
      paddock: paddock, session: session, folder: folder, kubeconfig: try writeKubeconfig(in: folder),
      declaration: declaration)
    try await stack.writeRows()
    return stack
  }

  /// Says all that an agent can say, and then waits.
  private static func writeAgent(in folder: String) throws -> String {
    let word = HostileText.escaped
    let lines = [
      #"{"kind":"assistant","text":"\#(word)"}"#,
      #"{"kind":"tool.call","callID":"\#(word)0","name":"\#(word)","text":"\#(word)"}"#,
      #"{"kind":"approval.request","callID":"\#(word)1","name":"\#(word)","text":"\#(word)"}"#,
      #"{"kind":"approval.request","callID":"\#(word)2","name":"\#(word)","text":"\#(word)"}"#,
      #"{"kind":"\#(word)"}"#,
    ]
    let script = "#!/bin/sh\nprintf '%s\\n' \(lines.map { "'\($0)'" }.joined(separator: " "))\nexec sleep 3600\n"
    let path = folder + "/agent"
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    try #require(chmod(path, 0o755) == 0)
    let declaration = folder + "/agent.yaml"
    try """
    apiVersion: paddock.dev/v1
    kind: Agent
    metadata: { team: engineering, name: hostile }
    spec:
      runtime: exec
      command: [\(path)]
      prompt: "\(word)"
      env: { HOSTILE: "\(word)" }

    """.write(toFile: declaration, atomically: true, encoding: .utf8)
    return declaration
  }

  /// Its name is hostile, too, and so is a line that is no record.
  private static func writeTranscript(in folder: String) throws {
    let text = """
      {"type":"user","uuid":"u1","parentUuid":null,"sessionId":"11111111-1111-4111-8111-111111111111","timestamp":"2026-01-01T10:00:00.000Z","message":{"role":"user","content":"findable \(HostileText.escaped)"}}
      {"type":"assistant", \(HostileText.line)

      """
    let path = "\(folder)/\(HostileText.line.replacing("/", with: "")).jsonl"
    let bytes = Array(text.utf8)
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(file) }
    try #require(file >= 0 && write(file, bytes, bytes.count) == bytes.count)
  }

  /// Names nothing that answers.
  private static func writeKubeconfig(in folder: String) throws -> String {
    let name = "\"\(HostileText.escaped)\""
    let path = folder + "/kubeconfig"
    try """
    {"apiVersion": "v1", "kind": "Config", "current-context": \(name),
     "clusters": [{"name": \(name), "cluster": {"server": "http://127.0.0.1:1/"}}],
     "users": [{"name": \(name)}],
     "contexts": [{"name": \(name), "context": {"cluster": \(name), "user": \(name)}}]}
    """.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// What only a row can say. Where the database refuses such a text it can reach nobody either.
  private func writeRows() async throws {
    let connection = try await PostgresConnection.connect(
      PostgresConfiguration(url: "postgresql://paddock@/paddock?host=\(paddock.directory)/postgres"))
    // Past triggers, as a restored dump would be.
    try await connection.script("SET session_replication_role = replica")
    let team = #"{"context":"T","server":"T","namespace":"T","objects":[]}"#.replacing("T", with: HostileText.escaped)
    let statements = [
      ("UPDATE paddock.session SET title = $1, state_reason = $1", HostileText.lines),
      ("UPDATE paddock.operation SET reason = $1", HostileText.lines),
      ("UPDATE paddock.operation SET actor = $1", HostileText.lines),
      ("UPDATE paddock.operation SET failure = $1, outcome = 'failed' WHERE outcome <> 'pending'", HostileText.lines),
      ("UPDATE paddock.secret SET name = $1", HostileText.lines),
      ("UPDATE paddock.secret SET owner = $1", HostileText.lines),
      ("UPDATE paddock.core_lease SET holder = $1", HostileText.lines),
      (
        "INSERT INTO paddock.team_report (team, trouble, report, written_at) VALUES ('engineering', $1, '{}', now())",
        HostileText.lines
      ),
      ("UPDATE paddock.team_report SET report = $1::json", team),
    ]
    for (statement, text) in statements {
      do throws(PostgresError) { _ = try await connection.query(statement, [.text(text)]) } catch {
        try #require(error.sqlstate?.hasPrefix("23") == true || error.sqlstate == "22P02", "\(statement): \(error)")
      }
    }
    await connection.close()
  }
}
