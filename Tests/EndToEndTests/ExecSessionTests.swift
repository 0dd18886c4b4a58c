import ControlModel
import PaddockProgram
import Testing

/// The walk through a session's life with the plainest of agents, through the real program and all its parts.
@Suite(.serialized) struct ExecSessionTests {
  private let echo = """
    runtime: exec
    command: [/bin/sh, -c, 'echo ready; while read -r line; do echo "heard $line"; echo "$line" >> heard.txt; done']
    """

  @Test func aSessionLivesThroughEverythingOperatorsDo() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "echo", echo)
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
      #expect(try paddock.journal(of: id).count == events.count)
      let late = try await paddock.paddock("session", "message", id, "five")
      #expect(late.status == 1 && late.errors.contains("killed"))

      try await paddock.require("session", "purge", id, "--yes", "--reason", "test")
      #expect(try await paddock.events(of: id).isEmpty)
      #expect(try await paddock.json("session", "list") == [])
      #expect(throws: (any Error).self) { try paddock.journal(of: id) }
    }
  }

  @Test func whatAgentsDidWhileNobodyWatchedIsRecordedAfterwards() async throws {
    try await PaddockInstallation.run { paddock in
      let counting = "i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo line $i; sleep 0.01; done; sleep 600"
      try await paddock.apply(agent: "count", "runtime: exec\ncommand: [/bin/sh, -c, '\(counting)']")
      let id = try await paddock.start(agent: "count")
      try await paddock.wait(for: id, toHave: "its first line") { $0.text == "line 1" }
      try await paddock.require("down", "--keep-sandboxes")
      try await eventually("the journal goes on without core and database") {
        try paddock.journal(of: id).last?.contains("line 400") ?? false ? true : nil
      }
      try await paddock.require("up", "--headless")
      try await paddock.wait(for: id, toHave: "its last line") { $0.text == "line 400" }
      let lines = try await paddock.events(of: id).filter { $0.kind == .output }.map(\.text)
      #expect(lines == (1...400).map { "line \($0)" })
    }
  }
}
