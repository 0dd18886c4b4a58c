import ControlModel
import PaddockProgram
import Testing

/// What operators do with a session of the plainest of agents, wherever its sandbox is.
struct ExecWalk {
  let paddock: PaddockInstallation

  private static let echo = """
    runtime: exec
    command: [/bin/sh, -c, 'echo ready; while read -r line; do echo "heard $line"; echo "$line" >> heard.txt; done']
    """

  func untilItIsKilled() async throws -> String {
    try await paddock.apply(agent: "echo", Self.echo)
    let id = try await paddock.start(agent: "echo", message: "one")
    try await paddock.wait(for: id, toHave: "the answer to its first message") { $0.text == "heard one" }

    try await paddock.require("session", "message", id, "two")
    try await paddock.wait(for: id, toHave: "the answer to a message") { $0.text == "heard two" }

    try await paddock.require("session", "restart", id, "--yes", "--reason", "test")
    #expect(try await paddock.session(id)["generation"]?.integerValue == 2)
    try await paddock.require("session", "message", id, "three")
    try await paddock.wait(for: id, toHave: "an answer after the restart") { $0.text == "heard three" }

    try await paddock.require("session", "suspend", id)
    try await paddock.wait(for: id, toBe: "suspended")
    try await paddock.require("session", "resume", id)
    try await paddock.require("session", "message", id, "four")
    try await paddock.wait(for: id, toHave: "an answer after being suspended") { $0.text == "heard four" }

    try await paddock.require("session", "kill", id, "--yes", "--reason", "test")
    try await paddock.wait(for: id, toBe: "killed")
    let events = try await paddock.events(of: id)
    #expect(events.map(\.seq) == Array(1...Int64(events.count)))
    #expect(events.filter { $0.kind == .user }.map(\.text) == ["one", "two", "three", "four"])
    return id
  }
}
