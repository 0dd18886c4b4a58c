import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// A runner that does not answer must not keep its session from being ended, nor its events from being recorded.
@Suite(.serialized) struct HungRunnerTests {
  @Test func aSessionWhoseRunnerHangsIsKilledWithinSeconds() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(
        agent: "talker", "runtime: exec\ncommand: [/bin/sh, -c, 'echo one; echo two; exec sleep 600']")
      let id = try await paddock.start(agent: "talker")
      try await paddock.wait(for: id, toHave: "its second line") { $0.text == "two" }
      let runner = try #require(Processes.runners(of: id).first)
      Glibc.kill(runner, SIGSTOP)
      try await paddock.wait(for: id, toBe: "unknown", within: 180)
      let reason = try await paddock.session(id)["stateReason"]?.stringValue ?? ""
      #expect(reason.hasPrefix("its runner has not answered since"))
      // The core waits for this one's answer when the kill comes.
      let message = try await paddock.paddock("session", "message", id, "hello", "--wait", "1")
      #expect(message.errors.contains("not yet carried out"))
      let begin = ContinuousClock.now
      try await paddock.require("session", "kill", id, "--yes", "--reason", "it hangs")
      #expect(ContinuousClock.now - begin < .seconds(8))
      try await paddock.wait(for: id, toBe: "killed")
      let rows = try await paddock.require("session", "events", id, "--output", "jsonl").lines
      #expect(try rows == paddock.journal(of: id))
      #expect(Processes.runners(of: id).isEmpty)
    }
  }
}
