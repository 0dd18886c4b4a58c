import ControlModel
import PaddockProgram
import Testing

/// Why a session is as it is stands where somebody looks first.
@Suite struct ReasonTests {
  @Test func aSessionThatFailedSaysWhyInTheListAndWhoDidWhatToItWhenItIsShown() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "broken", "runtime: exec\ncommand: [/bin/sh, -c, 'exit 3']")
      let id = try await paddock.start(agent: "broken")
      let failed = try await paddock.wait(for: id, toBe: "failed")
      let reason = try #require(failed["stateReason"]?.stringValue)
      #expect(reason.contains("3"), "\(reason)")
      let table = try await paddock.require("session", "list").lines
      #expect(table.first?.hasSuffix("REASON") == true)
      #expect(table.contains { $0.hasPrefix(id) && $0.contains(reason.prefix(100)) }, "\(table)")

      try await paddock.require("session", "restart", id, "--yes", "--reason", "the disk was full")
      try await eventually("the restart is in the transcript with its reason") {
        try await paddock.events(of: id).contains {
          $0.kind == .lifecycle && $0.text.contains("the disk was full")
        } ? true : nil
      }
      let shown = try await paddock.require("session", "show", id).output
      #expect(shown.contains("(the disk was full)"), "\(shown)")
    }
  }
}
