import ControlModel
import PaddockProgram
import Testing

/// An agent that prints without end, under the real program and all its parts.
@Suite(.serialized) struct JournalBoundTests {
  private static func flood(_ limits: String) -> String {
    "runtime: exec\ncommand: [/bin/sh, -c, 'exec yes x']\nlimits: { journal: { \(limits) } }"
  }

  private static let echo = """
    runtime: exec
    command: [/bin/sh, -c, 'while read -r line; do echo "heard $line"; done']
    """

  @Test func itIsSlowedThenPausedWhileOthersAreRecorded() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "flood", Self.flood("events: 6600, eventsPerMinute: 6000"))
      try await paddock.apply(agent: "echo", Self.echo)
      let flood = try await paddock.start(agent: "flood")
      let echo = try await paddock.start(agent: "echo", message: "one")
      try await paddock.wait(for: flood, toHave: "the word that it is slowed") { $0.content.name == "runner.slowed" }
      try await paddock.wait(for: echo, toHave: "its answer meanwhile") { $0.text == "heard one" }
      let paused = try await paddock.wait(for: flood, toBe: "paused")
      #expect(paused["stateReason"]?.stringValue?.contains("its bound is 6600: raise limits.journal") == true)
      try await paddock.require("session", "message", echo, "two")
      try await paddock.wait(for: echo, toHave: "its answer afterwards") { $0.text == "heard two" }
      let listed = try await paddock.require("session", "list").output
      #expect(listed.contains("paused"))

      // The next runner finds the journal as full as it was.
      try await paddock.require("session", "restart", flood, "--yes", "--reason", "test")
      try await eventually("it is paused again") {
        let session = try await paddock.session(flood)
        return session["generation"] == 2 && session["state"] == "paused" ? true : nil
      }
      let before = try await paddock.events(of: flood).count
      #expect(before < 6_620)

      // The declaration reaches the session that runs.
      try await paddock.apply(agent: "flood", Self.flood("events: 7400, eventsPerMinute: 60000"))
      try await eventually("it goes on to the new bound") {
        let session = try await paddock.session(flood)
        let isFull = session["stateReason"]?.stringValue?.contains("its bound is 7400") == true
        return session["state"] == "paused" && isFull ? true : nil
      }
      let events = try await paddock.events(of: flood)
      #expect((7_400..<7_420).contains(events.count))
      #expect(events.map(\.seq) == Array(1...Int64(events.count)))
      try await paddock.require("session", "kill", flood, "--yes", "--reason", "test")
      try await paddock.wait(for: flood, toBe: "killed")
    }
  }

  @Test func aTeamsJournalsHaveABoundInAllAndAShareOfARate() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "flood", Self.flood("eventsPerMinute: 3000"))
      let team = try #require(try await paddock.json("team", "list").arrayValue?.first?["name"]?.stringValue)
      try await paddock.require("team", "set", team, "--quota", "journalEventsPerMinute=1200")
      let floods = [try await paddock.start(agent: "flood"), try await paddock.start(agent: "flood")]
      let share = try await eventually("both are held to a share") { () async throws -> Bool? in
        for id in floods {
          let events = try await paddock.events(of: id)
          guard events.contains(where: { $0.text.contains("its share of what its team may write") }) else { return nil }
        }
        return true
      }
      #expect(share)
      let begin = ContinuousClock.now
      let first = try await total(floods, paddock)
      try await Task.sleep(for: .seconds(6))
      let (grown, seconds) = (try await total(floods, paddock) - first, (ContinuousClock.now - begin) / .seconds(1))
      #expect(Double(grown) <= 20 * (seconds + 4) + 40, "\(grown) events in \(seconds) s")

      try await paddock.require("team", "set", team, "--quota", "journalEvents=1000")
      for id in floods {
        let paused = try await paddock.wait(for: id, toBe: "paused")
        #expect(paused["stateReason"]?.stringValue?.contains("the team's bound is 1000") == true)
      }
      try await paddock.require("team", "set", team, "--quota", "none")
      for id in floods { try await paddock.wait(for: id, toBe: "waiting") }
    }
  }

  private func total(_ ids: [String], _ paddock: PaddockInstallation) async throws -> Int64 {
    var sum: Int64 = 0
    for id in ids { sum += try await paddock.session(id)["events"]?.integerValue ?? 0 }
    return sum
  }
}
