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
