import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// The embedded stack starts again what was killed, and says so.
@Suite(.serialized, .timeLimit(.minutes(6))) struct SupervisionTests {
  private func pids(_ paddock: PaddockInstallation, _ command: String) -> [pid_t] {
    Processes.all { $0.contains("paddock\0\(command)\0") && $0.contains(paddock.directory) }
  }

  private func server(_ paddock: PaddockInstallation) -> pid_t? {
    let record = try? String(contentsOfFile: paddock.directory + "/postgres/postmaster.pid", encoding: .utf8)
    return record?.split(separator: "\n").first.flatMap { pid_t($0) }
  }

  private func isUp(_ paddock: PaddockInstallation) async throws -> Bool {
    let status = try await paddock.paddock("status", "--output", "json")
    guard status.status == 0 else { return false }
    return try JSONValue(parsing: status.output)["core"]?.stringValue != nil
  }

  private func away(_ pid: pid_t) -> Bool { kill(pid, 0) != 0 }

  @Test func whateverIsKilledComesBackAndDownLeavesNothing() async throws {
    try await PaddockInstallation.run { paddock in
      #expect(pids(paddock, "supervise").count == 1)
      let postmaster = try #require(server(paddock))
      kill(postmaster, SIGKILL)
      try await eventually("Postgres is back") { () async throws -> Bool? in
        guard let now = server(paddock), now != postmaster else { return nil }
        return try await isUp(paddock) ? true : nil
      }
      let core = try #require(pids(paddock, "core").first)
      kill(core, SIGKILL)
      try await eventually("the core is back") { () async throws -> Bool? in
        guard let now = pids(paddock, "core").first, now != core else { return nil }
        return try await isUp(paddock) ? true : nil
      }
      let supervisor = try #require(pids(paddock, "supervise").first)
      kill(supervisor, SIGKILL)
      try await eventually("the supervisor is back") { () -> Bool? in
        pids(paddock, "supervise").contains { $0 != supervisor } ? true : nil
      }
      // All at once: nobody is left to start anything, and `up` does.
      for pid in pids(paddock, "supervise") + pids(paddock, "core") + [try #require(server(paddock))] {
        kill(pid, SIGKILL)
      }
      try await paddock.require("up", "--headless")
      #expect(try await isUp(paddock))
      try await paddock.require("up", "--headless")
      #expect(pids(paddock, "supervise").count == 1 && pids(paddock, "core").count == 1)
      try await paddock.require("down")
      #expect(Processes.all { $0.contains(paddock.directory) }.isEmpty)
    }
  }

  @Test func aCoreThatWasAskedToEndIsNotStartedAgain() async throws {
    try await PaddockInstallation.run { paddock in
      let core = try #require(pids(paddock, "core").first)
      kill(core, SIGTERM)
      try await eventually("the core has ended") { away(core) ? true : nil }
      // Another one that was lost shows that the supervisor has looked since.
      let postmaster = try #require(server(paddock))
      kill(postmaster, SIGKILL)
      try await eventually("Postgres is back") { () -> Bool? in
        server(paddock).map { $0 != postmaster } == true ? true : nil
      }
      #expect(pids(paddock, "core").isEmpty)
    }
  }

  @Test func whatDoesNotStartIsGivenUpWithTheReason() async throws {
    try await PaddockInstallation.run { paddock in
      let control = paddock.directory + "/postgres/global/pg_control"
      let whole = try Data(contentsOf: URL(filePath: control))
      let postmaster = try #require(server(paddock))
      try Data(repeating: 0, count: 16).write(to: URL(filePath: control))
      kill(postmaster, SIGKILL)
      let status = try await eventually("it is given up", within: 120) { () async throws -> ProgramRun? in
        let status = try await paddock.paddock("status")
        return status.errors.contains("does not start (8 tries)") ? status : nil
      }
      #expect(status.status == 1)
      let log = try String(contentsOfFile: paddock.directory + "/supervisor.log", encoding: .utf8)
      #expect(log.contains("Postgres is given up"))
      // Mended, it is started by whoever mended it.
      try whole.write(to: URL(filePath: control))
      try await paddock.require("up", "--headless")
      try await eventually("all is well again") { () async throws -> Bool? in
        let status = try await paddock.json("status")
        return status["troubles"]?.arrayValue?.isEmpty == true ? true : nil
      }
    }
  }

  @Test func aDeadPostgresIsOnTheScreenSoonAndGoes() async throws {
    try await PaddockInstallation.run { paddock in
      try await ConsoleTerminal.open(.small, on: paddock) { terminal in
        try await terminal.run("paddock")
        try await terminal.wait(for: "pg ●")
        // Nobody starts it again meanwhile.
        for pid in pids(paddock, "supervise") { kill(pid, SIGSTOP) }
        kill(try #require(server(paddock)), SIGKILL)
        let began = ContinuousClock.now
        try await terminal.wait(for: "store lost")
        #expect(ContinuousClock.now - began < .seconds(10))
        for pid in pids(paddock, "supervise") { kill(pid, SIGCONT) }
        try await terminal.wait(for: "pg ●")
      }
    }
  }

  /// Commands say what is known of the stack's own server, and keep nobody waiting for it.
  @Test func aSilentPostgresIsNamedByCommandsWithinSeconds() async throws {
    try await PaddockInstallation.run { paddock in
      let postmaster = try #require(server(paddock))
      kill(postmaster, SIGSTOP)
      defer { kill(postmaster, SIGCONT) }
      let began = ContinuousClock.now
      let run = try await paddock.paddock("status")
      #expect(run.status != 0 && ContinuousClock.now - began < .seconds(9))
      #expect(run.errors.contains("Its server runs (process \(postmaster)) and is silent."), "\(run)")
      #expect(!run.errors.contains("--database-url"))
    }
  }
}
