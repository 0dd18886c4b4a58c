import ControlModel
import PaddockProgram
import Testing

/// A command that ends by itself runs once for each message, whenever it comes.
@Suite struct OnceForAMessageTests {
  @Test(arguments: ["read -r line; echo ran with $line", "read -r line; (sleep 0.2 &); echo ran with $line; exit 3"])
  func aCommandRunsOnceForEachMessage(script: String) async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "once", "runtime: exec\ncommand: [/bin/sh, -c, '\(script)']")
      let id = try await paddock.start(agent: "once", message: "m0")
      let end = script.hasSuffix("3") ? "failed" : "finished"
      try await paddock.wait(for: id, toBe: end)
      for number in 1...3 where end == "finished" {
        try await paddock.require("session", "message", id, "m\(number)")
        try await paddock.wait(for: id, toHave: "run \(number)") { $0.text == "ran with m\(number)" }
        try await paddock.wait(for: id, toBe: end)
      }
      let runs = try await paddock.require("session", "events", id, "--output", "jsonl").lines
        .compactMap { try EventLine.decode(Array($0.utf8)) }.filter { $0.kind == .output }.map(\.text)
      #expect(runs == (end == "finished" ? (0...3).map { "ran with m\($0)" } : ["ran with m0"]))
    }
  }
}
