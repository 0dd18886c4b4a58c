import ControlModel
import PaddockProgram
import Testing

/// The walk through a session's life with the plainest of agents, through the real program and all its parts.
@Suite(.serialized) struct ExecSessionTests {
  @Test func aSessionLivesThroughEverythingOperatorsDo() async throws {
    try await PaddockInstallation.run { paddock in
      let id = try await ExecWalk(paddock: paddock).untilItIsKilled()
      let events = try await paddock.events(of: id)
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
