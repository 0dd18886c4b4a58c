import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// The embedded stack of somebody who is not root, in the directory that is theirs by default. Tests that run as root
/// become `nobody` for it.
@Suite(.serialized) struct PlainUserTests {
  private struct User {
    let home: String
    let program: String

    func paddock(_ arguments: [String], variables: [String]) async throws -> ProgramRun {
      try await Program.run(
        [
          "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "-u", "PADDOCK_DATA_DIR", "-u",
          "XDG_DATA_HOME",
        ] + variables + [program] + arguments, directory: "/")
    }

    func paddock(_ arguments: [String], data: String? = nil) async throws -> ProgramRun {
      let become = geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
      let without = ["XDG_DATA_HOME", "XDG_RUNTIME_DIR", "PADDOCK_DATA_DIR", "PADDOCK_RUNNER"].flatMap { ["-u", $0] }
      let variables = ["HOME=\(home)"] + (data.map { ["XDG_DATA_HOME=\($0)"] } ?? [])
      return try await Program.run(
        become + ["env"] + without + variables + [program] + arguments, directory: "/")
    }
  }

  @Test func theStackOfAPlainUserIsInTheirOwnDataDirectory() async throws {
    try await withUser { user in
      let directory = user.home + "/.local/share/paddock"
      let before = try await user.paddock(["status"])
      #expect(before.status == 1 && before.errors.contains("Paddock is not running in \(directory)."))

      let start = try await user.paddock(["up", "--headless", "--output", "json"])
      try #require(start.status == 0, "\(start.errors)")
      #expect(try JSONValue(parsing: start.output)["dataDirectory"]?.stringValue == directory)
      #expect(try await user.paddock(["team", "create", "engineering"]).status == 0)
      for path in ["", "/postgres", "/postgres/postmaster.pid", "/core.json"] {
        var status = stat()
        #expect(lstat(directory + path, &status) == 0 && status.st_uid == owner, "\(path)")
      }

      #expect(try await user.paddock(["down"]).status == 0)
      #expect(try await user.paddock(["up", "--headless"]).status == 0)
      let teams = try await user.paddock(["team", "list", "--output", "json"])
      #expect(teams.output.contains("engineering"))
    }
  }

  /// Nothing is written: a file of root's in it would lock the user out of the stack for good.
  @Test func rootIsKeptFromAUsersStackAndAUserFromRoots() async throws {
    try #require(geteuid() == 0, "This test needs root: it changes users, owners or mounts.")
    try await withUser { user in
      let directory = user.home + "/.local/share/paddock"
      try #require(try await user.paddock(["up", "--headless"]).status == 0)
      let root = PaddockInstallation(directory: directory)
      for command in [["up", "--headless"], ["down"], ["core"], ["secret", "set", "a/B"]] {
        let run = try await root.paddock(command, input: "value")
        #expect(run.status == 1 && run.errors.contains("belongs to nobody, and you are root"), "\(run.errors)")
      }
      #expect(try await root.paddock("doctor").status == 0)
      // The stack itself goes on writing meanwhile.
      #expect(try self.owners(in: directory).values.allSatisfy { $0 == owner })
      #expect(try await user.paddock(["up", "--headless"]).status == 0)
      #expect(try await user.paddock(["down"]).status == 0)
      // Empty, and a user's.
      let empty = user.home + "/empty"
      try #require(mkdir(empty, 0o755) == 0 && chown(empty, owner, owner) == 0)
      let run = try await PaddockInstallation(directory: empty).paddock("up", "--headless")
      #expect(run.status == 1 && run.errors.contains("belongs to nobody"), "\(run.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: empty).isEmpty)
    }
    try await withUser { user in
      // Open to everybody, so that no other refusal is met first.
      let directory = user.home + "/open"
      try #require(mkdir(directory, 0o755) == 0 && chmod(directory, 0o777) == 0)
      try "{}".write(toFile: directory + "/engine.json", atomically: true, encoding: .utf8)
      chmod(directory + "/engine.json", 0o644)
      let run = try await user.paddock(["up", "--headless", "--data-dir", directory])
      #expect(
        run.status == 1 && run.errors.contains("engine.json belongs to root, and you are nobody"), "\(run.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["engine.json"])
    }
  }

  private func owners(in directory: String) throws -> [String: uid_t] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    return try names.reduce(into: [:]) { owners, name in
      var status = stat()
      try #require(lstat(directory + "/" + name, &status) == 0)
      owners[name] = status.st_uid
    }
  }

  @Test func aHomeThatSaysNothingIsThatOfTheUserDatabase() async throws {
    try #require(geteuid() == 0, "This test needs root: it changes users, owners or mounts.")
    let home = try #require(getpwuid(65_534).map { String(cString: $0.pointee.pw_dir) })
    try await withUser { user in
      for variables in [["-u", "HOME"], ["HOME="], ["HOME=here"], ["HOME=here", "XDG_DATA_HOME=there"]] {
        let run = try await user.paddock(["status"], variables: variables)
        #expect(run.errors.contains("Paddock is not running in \(home)/.local/share/paddock."), "\(run.errors)")
      }
      // Somebody whom the machine does not know.
      let nameless = try await Program.run(
        ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "env", "-u", "HOME", user.program, "status"],
        directory: "/")
      #expect(nameless.status == 2 && nameless.errors.contains("HOME is not set"), "\(nameless.errors)")
    }
  }

  @Test func whatIsNoPathIsRefusedInOneSentence() async throws {
    let paddock = PaddockInstallation(directory: "/tmp/paddock-not-there")
    for (path, words) in [("", "is empty"), ("/tmp/a\nb", "control character"), ("/tmp/\u{FFFD}", "is not UTF-8")] {
      let run = try await paddock.paddock("status", "--data-dir", path)
      #expect(run.status == 2 && run.errors.contains(words), "\(run.errors)")
    }
    for script in [
      #"exec "$0" status --data-dir "$(printf '/tmp/\377\376')""#, #"exec "$0" import "$(printf 'c/\376.jsonl')""#,
    ] {
      let run = try await Program.run(["sh", "-c", script, PaddockInstallation.products + "/paddock"])
      #expect(run.status == 2 && run.errors.contains(#"\xFE"#) && run.errors.contains("is not UTF-8"), "\(run.errors)")
    }
    let script = #"PADDOCK_DATA_DIR="$(printf '/tmp/\377')" exec "$0" status"#
    let run = try await Program.run(["sh", "-c", script, PaddockInstallation.products + "/paddock"])
    #expect(run.status == 2 && run.errors.contains("PADDOCK_DATA_DIR is not UTF-8"), "\(run.errors)")
  }

  @Test func theDirectoryForDataThatTheUserNamesIsTakenInsteadOfTheHome() async throws {
    try await withUser { user in
      let run = try await user.paddock(["status"], data: user.home + "/elsewhere")
      #expect(run.errors.contains("Paddock is not running in \(user.home)/elsewhere/paddock."))
    }
  }

  private var owner: uid_t { geteuid() == 0 ? 65_534 : geteuid() }

  /// The programs are copied to where the user can reach them: a checkout may be in root's home.
  private func withUser(_ body: (User) async throws -> Void) async throws {
    let directory = "/tmp/paddock-user-\(UUID().uuidString.prefix(8).lowercased())"
    let files = FileManager.default
    for folder in ["", "/bin", "/home"] {
      try files.createDirectory(
        atPath: directory + folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }
    chown(directory + "/home", owner, geteuid() == 0 ? 65_534 : getegid())
    let runner =
      ProcessInfo.processInfo.environment["PADDOCK_RUNNER"] ?? PaddockInstallation.products + "/paddock-runner"
    try files.copyItem(atPath: PaddockInstallation.products + "/paddock", toPath: directory + "/bin/paddock")
    try files.copyItem(atPath: runner, toPath: directory + "/bin/paddock-runner")
    let user = User(home: directory + "/home", program: directory + "/bin/paddock")
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(user))
    } catch { result = .failure(error) }
    _ = try? await user.paddock(["down"])
    try files.removeItem(atPath: directory)
    try result.get()
  }
}
