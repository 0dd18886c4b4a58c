import ControlModel
import Foundation
import Glibc
import PaddockProgram
import SeededNumbers
import Testing

/// Promises 1 to 3: whatever is killed, in any order, every journalled event is in Postgres exactly once, and each
/// session has one live sandbox.
@Suite(.serialized) struct FaultTests {
  enum Victim: CaseIterable { case runner, core, postgres }

  /// Works without end: numbered lines, so that a lost or doubled one shows; it goes on where its file says.
  private let worker = """
    n=$(cat n 2>/dev/null || echo 0); while :; do n=$((n+1)); echo $n > n; \
    echo "{\\"kind\\":\\"assistant\\",\\"text\\":\\"step $n\\"}"; sleep 0.0$((n % 5)); done
    """

  @Test func tenRoundsOfSuddenDeath() async throws {
    let seed = SeededNumbers.seed(of: "tenRoundsOfSuddenDeath")
    try await PaddockInstallation.run { paddock in
      var random = SeededNumbers(seed)
      try await paddock.apply(agent: "worker", "runtime: exec\ncommand: [/bin/sh, -c, '\(worker)']")
      var ids: [String] = []
      for _ in 0..<4 { ids.append(try await paddock.start(agent: "worker")) }
      for id in ids { try await paddock.wait(for: id, toHave: "a step") { $0.kind == .assistant } }
      for round in 1...10 {
        try await Task.sleep(for: .milliseconds(Int.random(in: 100...900, using: &random)))
        for victim in Victim.allCases where Bool.random(using: &random) || victim.isDue(round) {
          kill(victim, of: paddock, session: ids.randomElement(using: &random) ?? "")
        }
        try await paddock.require("up", "--headless")
        try await expectProgress(ids, of: paddock, round: round)
      }
      for id in ids {
        try await paddock.require("session", "kill", id, "--yes", "--reason", "end of test")
        try await expectJournalEqualsRows(id, of: paddock)
      }
    }
  }

  private func expectProgress(_ ids: [String], of paddock: PaddockInstallation, round: Int) async throws {
    for id in ids {
      let before = try await paddock.session(id)["events"]?.integerValue ?? 0
      try await eventually("session \(id) goes on after round \(round)", within: 120) {
        let session = try await paddock.session(id)
        return (session["events"]?.integerValue ?? 0) > before && session["state"] == "working" ? true : nil
      }
      #expect(liveRunners(of: id) == 1, "one session, one live sandbox")
    }
  }

  private func expectJournalEqualsRows(_ id: String, of paddock: PaddockInstallation) async throws {
    let rows = try await paddock.require("session", "events", id, "--output", "jsonl").lines
    let journal = try paddock.journal(of: id)
    #expect(rows.count == journal.count)
    #expect(rows == journal)
    let numbers = try rows.map { try EventLine.decode(Array($0.utf8)).seq }
    #expect(numbers == Array(1...Int64(rows.count)))
  }

  private func kill(_ victim: Victim, of paddock: PaddockInstallation, session: String) {
    let pids =
      switch victim {
      case .runner: runners(of: session)
      case .core: processes { $0.contains("paddock\0core\0") && $0.contains(paddock.directory) }
      case .postgres: processes { $0.contains("postgres\0") && $0.contains(paddock.directory) && $0.contains("\0-D\0") }
      }
    for pid in pids { Glibc.kill(pid, SIGKILL) }
  }

  private func runners(of id: String) -> [pid_t] {
    processes { $0.contains("paddock-runner\0") && $0.contains(id) }
  }

  private func liveRunners(of id: String) -> Int { runners(of: id).count }

  /// Processes by their command line, whose words end in NUL.
  private func processes(_ test: (String) -> Bool) -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter { pid in
      guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
      return test(String(decoding: data, as: UTF8.self))
    }
  }
}

extension FaultTests.Victim {
  /// Chance must not leave one out: each is certain in some rounds.
  fileprivate func isDue(_ round: Int) -> Bool {
    switch self {
    case .runner: round % 3 == 0
    case .core: round % 3 == 1
    case .postgres: round % 3 == 2
    }
  }
}
