import ControlModel
import Foundation
import Glibc
import PaddockProgram
import ProcessIdentity
import Testing

/// Ending and mending a stack that something has happened to.
@Suite(.serialized, .timeLimit(.minutes(6))) struct DownTests {
  private func processes(of directory: String) -> [pid_t] {
    Processes.all { $0.contains(directory) }
  }

  private func startIdleAgent(_ paddock: PaddockInstallation) async throws -> String {
    try await paddock.apply(agent: "idle", "runtime: exec\ncommand: [/bin/sleep, '3600']")
    let id = try await paddock.start(agent: "idle")
    try await eventually("the agent is at work") {
      try await paddock.events(of: id).contains { $0.kind == .lifecycle } ? true : nil
    }
    return id
  }

  @Test func downEndsEverythingOnAFullDisk() async throws {
    try #require(geteuid() == 0, "only root mounts a file system")
    let directory = "/tmp/paddock-full-\(UUID().uuidString.prefix(8).lowercased())"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let mounted = try await Program.run(
      ["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", directory])
    try #require(mounted.status == 0, "\(mounted.errors)")
    let paddock = PaddockInstallation(directory: directory)
    let result: Result<Void, any Error>
    do {
      result = .success(try await endOnAFullDisk(paddock))
    } catch { result = .failure(error) }
    _ = try? await paddock.paddock("down")
    _ = try await Program.run(["umount", "-l", directory])
    rmdir(directory)
    try result.get()
  }

  private func endOnAFullDisk(_ paddock: PaddockInstallation) async throws {
    try await paddock.require("up", "--headless")
    _ = try await startIdleAgent(paddock)
    #expect(!processes(of: paddock.directory).isEmpty)
    let filler = paddock.directory + "/filler"
    _ = try await Program.run(["dd", "if=/dev/zero", "of=\(filler)", "bs=64k", "status=none"])
    // Whether what was kept is enough to write down that they ended depends on who takes it first.
    _ = try await paddock.paddock("down")
    #expect(processes(of: paddock.directory).isEmpty)
    unlink(filler)
    try await paddock.require("up", "--headless")
    try await paddock.require("down")
  }

  @Test func aCoreWhoseRecordIsLostOrDamagedIsKnownByItsProcess() async throws {
    // Something else that lives: the test itself.
    let own = try #require(ProcessIdentity(of: getpid()))
    let wrong =
      #"{"pid": \#(own.pid), "startTime": \#(own.startTime), "bootID": "\#(own.bootID)"}"#
    for damage in [nil, "", "{}", #"{"pid": 1, "startTime": 0, "bootID": "x"}"#, wrong] {
      try await PaddockInstallation.run { paddock in
        let record = paddock.directory + "/core.json"
        let whole = try String(contentsOfFile: record, encoding: .utf8)
        func spoil() throws {
          unlink(record)
          try damage?.write(toFile: record, atomically: true, encoding: .utf8)
        }
        try spoil()
        try await paddock.require("status")
        try await paddock.require("up", "--headless")
        #expect(try String(contentsOfFile: record, encoding: .utf8) == whole, "\(damage ?? "gone")")
        try spoil()
        try await paddock.require("down")
        #expect(processes(of: paddock.directory).isEmpty, "\(damage ?? "gone")")
      }
    }
  }

  @Test(arguments: [true, false]) func aDataDirectoryThatIsNotThereAnyMoreLeavesNothingAtWork(
    isMoved: Bool
  ) async throws {
    try await PaddockInstallation.run { paddock in
      _ = try await startIdleAgent(paddock)
      #expect(processes(of: paddock.directory).count >= 3)
      let elsewhere = paddock.directory + ".moved"
      defer { try? FileManager.default.removeItem(atPath: elsewhere) }
      try #require(rename(paddock.directory, elsewhere) == 0)
      if !isMoved { try FileManager.default.removeItem(atPath: elsewhere) }
      let down = try await paddock.paddock("down")
      #expect(down.status == 0, "\(down.errors)")
      #expect(processes(of: paddock.directory).isEmpty)
    }
  }

  @Test func downWaitsForAnUpThatIsUnderWay() async throws {
    try await PaddockInstallation.run { paddock in
      _ = try await startIdleAgent(paddock)
      let lock = open(paddock.directory + "/up.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      try #require(flock(lock, LOCK_EX) == 0)
      let before = processes(of: paddock.directory).count
      let down = Task { try await paddock.paddock("down") }
      try await eventually("down is at the lock") {
        let downs = Processes.all { $0.hasSuffix("paddock\0down\0") }
        return downs.contains { pid in
          let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
          return files.contains { linkTarget("/proc/\(pid)/fd/\($0)") == paddock.directory + "/up.lock" }
        } ? true : nil
      }
      // The supervisor goes first: it may be at work under the lock itself.
      #expect(processes(of: paddock.directory).count >= before - 1, "it has ended nothing else yet")
      close(lock)
      #expect(try await down.value.status == 0)
      #expect(processes(of: paddock.directory).isEmpty)
    }
  }

  /// In whatever order they come: what is left is a whole stack or none.
  @Test func upAndDownAtOnceLeaveNoHalfOfAStack() async throws {
    try await PaddockInstallation.run { paddock in
      _ = try await startIdleAgent(paddock)
      await withTaskGroup(of: Void.self) { group in
        for command in [["down"], ["up", "--headless"], ["down"], ["up", "--headless"]] {
          group.addTask { _ = try? await paddock.paddock(command) }
        }
      }
      let isUp = try await paddock.paddock("status").status == 0
      if !isUp { #expect(processes(of: paddock.directory).isEmpty) }
    }
  }

  @Test func aRemovedDatabaseSocketIsSaidHealedByUpAndNoObstacleToDown() async throws {
    try await PaddockInstallation.run { paddock in
      let id = try await startIdleAgent(paddock)
      let socket = paddock.directory + "/postgres/.s.PGSQL.5432"
      try #require(unlink(socket) == 0)
      let status = try await paddock.paddock("status")
      #expect(status.status == 1 && status.errors.contains("its socket was removed"), "\(status.errors)")
      try await paddock.require("up", "--headless")
      try await paddock.require("status")
      #expect(try await paddock.session(id)["desired"]?.stringValue == "running")

      try #require(unlink(socket) == 0)
      try await paddock.require("down")
      #expect(processes(of: paddock.directory).isEmpty)
      try await paddock.require("up", "--headless")
    }
  }

  @Test func aRemovedRunnerSocketHealsByItself() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "echo", "runtime: exec\ncommand: [/bin/cat]")
      let id = try await paddock.start(agent: "echo", message: "one")
      try await paddock.wait(for: id, toHave: "the first answer") { $0.text == "one" && $0.kind == .output }
      let run = paddock.directory + "/run"
      for name in try FileManager.default.contentsOfDirectory(atPath: run) { unlink("\(run)/\(name)") }
      try await paddock.require("session", "message", id, "two", "--wait", "0")
      try await paddock.wait(for: id, toHave: "the second answer") { $0.text == "two" && $0.kind == .output }
    }
  }

  @Test func anotherUserIsToldOfTheRightThatIsMissing() async throws {
    try #require(geteuid() == 0, "only root mounts a file system")
    let folder = "/tmp/paddock-other-\(UUID().uuidString.prefix(8).lowercased())"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Where that user may read it: a checkout may be in root's home.
    let program = folder + "/paddock"
    try FileManager.default.copyItem(atPath: PaddockInstallation.products + "/paddock", toPath: program)
    try await PaddockInstallation.run { paddock in
      for command in [["status"], ["session", "list"], ["down"], ["console"], ["team", "list"]] {
        let run = try await Program.run(
          ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/nonexistent", program] + command
            + ["--data-dir", paddock.directory], directory: "/")
        #expect(run.status == 1, "\(command): \(run.errors)")
        let refusals = ["Permission denied", "You are not let in", "is for the user who runs the Paddock in"]
        #expect(refusals.contains(where: run.errors.contains), "\(command): \(run.errors)")
        #expect(!run.errors.contains("is not running"), "\(command): \(run.errors)")
      }
      try await paddock.require("status")
    }
  }

  @Test func aReplacedMasterKeyIsRefusedByNameAndAMissingOneIsNotMadeAnew() async throws {
    try await PaddockInstallation.run { paddock in
      let file = paddock.directory + "/master.key"
      _ = try await paddock.paddock("team", "create", "engineering")
      try await paddock.require("secret", "set", "engineering/TOKEN", input: "value")
      let former = try Data(contentsOf: URL(filePath: file))
      try #require(unlink(file) == 0)
      let missing = try await paddock.paddock("secret", "set", "engineering/OTHER", input: "value")
      #expect(missing.status == 1 && missing.errors.contains("is missing"), "\(missing.errors)")
      #expect(access(file, F_OK) != 0)

      try Data(repeating: 7, count: 32).write(to: URL(filePath: file))
      chmod(file, 0o600)
      let replaced = try await paddock.paddock("secret", "set", "engineering/OTHER", input: "value")
      #expect(replaced.status == 1 && replaced.errors.contains("sealed with the master key"), "\(replaced.errors)")
      try await paddock.require("down")
      let start = try await paddock.paddock("up", "--headless")
      #expect(start.status == 1 && start.errors.contains("Put the file with that key back"), "\(start.errors)")

      try former.write(to: URL(filePath: file))
      chmod(file, 0o600)
      try await paddock.require("up", "--headless")
      try await paddock.require("secret", "set", "engineering/OTHER", input: "value")
    }
  }
}

/// What becomes of a turn when the stack is stopped in its midst; with the real Claude Code.
@Suite(.serialized, .timeLimit(.minutes(6))) struct DownInATurnTests {
  private func run(
    lasting seconds: Int? = nil, _ body: (LongTurn, PaddockInstallation) async throws -> Void
  ) async throws {
    let model = try ModelStandIn()
    try await PaddockInstallation.run { paddock in
      try await paddock.applyClaude("claude", model)
      try await body(try await LongTurn.begin(paddock, in: paddock, model, lasting: seconds), paddock)
    }
  }

  @Test func aTurnThatIsWaitedForEndsByItself() async throws {
    try await run(lasting: LongTurn.longerThanAnEnd) { turn, paddock in
      let begin = ContinuousClock.now
      try await paddock.require("down", "--wait", "600")
      #expect(.now - begin < .seconds(300), "no longer than the turn")
      #expect(Processes.runners(of: turn.walk.id).isEmpty)
      try await paddock.require("up", "--headless")
      try await turn.walk.say("[[text: Up again.]]")
      try await turn.walk.expectResults(2)
      try await turn.expectItToHaveEndedByItself()
    }
  }

  /// Its end is not waited for, or for less than it takes.
  @Test(arguments: [[], ["--wait", "1"]])
  func aTurnThatIsNotWaitedForGoesOnWithTheNextUp(_ options: [String]) async throws {
    try await run { turn, paddock in
      let down = try await paddock.paddock(["down"] + options)
      #expect(down.status == 0, "\(down.errors)")
      try await paddock.require("up", "--headless")
      try await turn.walk.expectResults(1)
      try await turn.expectItToHaveBeenGoneOnWith()
    }
  }

  @Test func aTurnThatIsCutByARestartGoesOnBehindIt() async throws {
    try await run { turn, paddock in
      try await paddock.require("session", "restart", turn.walk.id, "--yes", "--reason", "test")
      try await turn.walk.expectResults(1)
      try await turn.expectItToHaveBeenGoneOnWith()
    }
  }

  @Test func whatCannotBeWaitedForIsRefused() async throws {
    try await PaddockInstallation.unstarted { paddock in
      for options in [["--wait", "-1"], ["--wait", "86401"], ["--wait", "5", "--keep-sandboxes"]] {
        let down = try await paddock.paddock(["down"] + options)
        #expect(down.status != 0, "\(options)")
      }
    }
  }
}
