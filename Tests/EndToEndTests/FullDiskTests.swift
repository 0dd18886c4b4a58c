import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// A whole stack on a small volume of its own, and an agent that fills it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FullDiskTests {
  private func onVolume(mebibytes: Int, _ body: (PaddockInstallation) async throws -> Void) async throws {
    try #require(geteuid() == 0, "only root mounts a volume")
    let directory = "/tmp/paddock-full-\(UUID().uuidString.prefix(8).lowercased())"
    let image = directory + ".image"
    mkdir(directory, 0o755)
    for command in [
      ["truncate", "-s", "\(mebibytes)M", image], ["mkfs.ext4", "-q", "-F", "-m", "0", image],
      ["mount", "-o", "loop", image, directory], ["chmod", "755", directory],
    ] {
      let run = try await Program.run(command)
      try #require(run.status == 0, "\(command): \(run.errors)")
    }
    let paddock = PaddockInstallation(directory: directory)
    let result: Result<Void, any Error>
    do { result = .success(try await body(paddock)) } catch { result = .failure(error) }
    _ = try? await paddock.paddock("down")
    _ = try await Program.run(["umount", "-l", directory])
    rmdir(directory)
    unlink(image)
    try result.get()
  }

  private func fill(_ path: String) async throws {
    _ = try await Program.run(["dd", "if=/dev/zero", "of=\(path)", "bs=64k", "status=none"])
  }

  private func disk(_ paddock: PaddockInstallation) async throws -> JSONValue {
    try #require(try await paddock.json("status")["disk"])
  }

  private func wait(_ paddock: PaddockInstallation, for id: String, toBe state: String) async throws -> JSONValue {
    try await eventually("session \(id) is \(state)", within: 120) {
      let session = try await paddock.session(id)
      return session["state"]?.stringValue == state ? .some(session) : .none
    }
  }

  /// It is paused no longer, and what it does is recorded.
  private func goesOn(_ paddock: PaddockInstallation, _ id: String) async throws {
    let before = try await paddock.session(id)["events"]?.integerValue ?? 0
    try await eventually("session \(id) goes on", within: 120) {
      let session = try await paddock.session(id)
      return session["state"] != "paused" && session["events"]?.integerValue ?? 0 > before + 2 ? true : nil
    }
  }

  private func processes(of directory: String) -> [pid_t] { Processes.all { $0.contains(directory) } }

  @Test func anAgentThatFillsTheVolumeIsFrozenNamedAndCanBeKilled() async throws {
    try await onVolume(mebibytes: 600) { paddock in
      try await paddock.require("up", "--headless")
      #expect(try await disk(paddock)["level"] == "ample")
      try await paddock.apply(
        agent: "calm", "runtime: exec\ncommand: [/bin/sh, -c, 'while :; do echo tick; sleep 0.5; done']")
      try await paddock.apply(
        agent: "filler",
        "runtime: exec\ncommand: [/bin/sh, -c, 'while :; do head -c 1000000 /dev/zero >> fill; sleep 0.05; done']")
      let calm = try await paddock.start(agent: "calm")
      let filler = try await paddock.start(agent: "filler")
      let paused = try await wait(paddock, for: filler, toBe: "paused")
      #expect(paused["stateReason"]?.stringValue?.contains("are free on \(paddock.directory)") == true, "\(paused)")

      // Who fills it, in status and header; and that it is so, in doctor.
      let told = try await eventually("status names who fills the disk") {
        let disk = try await disk(paddock)
        let isNamed = disk["uses"]?.arrayValue?.first?["session"]?.stringValue == filler
        return isNamed && disk["frozenAgents"] == 1 ? .some(disk) : .none
      }
      #expect(told["level"] != "ample", "\(told)")
      let doctor = try await paddock.paddock("doctor")
      #expect(doctor.output.contains("! disk: The disk is"), "\(doctor.output)")
      try await ConsoleTerminal.open(.large, on: paddock) { terminal in
        try await terminal.run("paddock console")
        try await terminal.wait(for: "left, engineering/")
      }
      // The other one goes on, and is recorded.
      try await goesOn(paddock, calm)

      // The last byte goes to somebody else: the database has what was kept for it.
      let rest = paddock.directory + "/filler"
      try await fill(rest)
      try await eventually("all is frozen") { try await disk(paddock)["frozenAgents"] == 2 ? true : nil }
      try await paddock.require("session", "kill", filler, "--yes", "--reason", "it fills the disk")
      _ = try await wait(paddock, for: filler, toBe: "killed")
      #expect(Processes.runners(of: filler).isEmpty)

      unlink(rest)
      try await paddock.require("session", "purge", filler, "--yes", "--reason", "it fills the disk")
      try await eventually("there is room") { try await disk(paddock)["level"] == "ample" ? true : nil }
      try await goesOn(paddock, calm)
      // The core's last look may be of the time before.
      try await eventually("nobody is named any more, and the reserve is there again") {
        let status = try await disk(paddock)
        return status["reserve"] == true && status["uses"] == [] ? true : nil
      }
    }
  }

  @Test func onAFullVolumeDownEndsAllAndUpComesBack() async throws {
    try await onVolume(mebibytes: 500) { paddock in
      try await paddock.require("up", "--headless")
      try await paddock.apply(
        agent: "calm", "runtime: exec\ncommand: [/bin/sh, -c, 'while :; do echo tick; sleep 0.5; done']")
      let calm = try await paddock.start(agent: "calm")
      try await paddock.wait(for: calm, toHave: "its first line") { $0.text == "tick" }
      let rest = paddock.directory + "/filler"
      try await fill(rest)
      _ = try await wait(paddock, for: calm, toBe: "paused")
      let down = try await paddock.paddock("down")
      #expect(down.status == 0, "\(down.errors)")
      #expect(processes(of: paddock.directory).isEmpty)
      unlink(rest)
      try await paddock.require("up", "--headless")
      try await goesOn(paddock, calm)
    }
  }
}
