import ControlModel
import Foundation
import Glibc
import PaddockProgram
import PostgresTestSupport
import Testing

/// Real users of this machine, made for one test, and the real program run as each of them.
struct UnixPeople: Sendable {
  let paddock: PaddockInstallation
  let names: [String]
  private let program: String

  /// Root alone can make users; they are taken away behind `body`, however that ends.
  static func with(
    _ count: Int, on paddock: PaddockInstallation, _ body: (UnixPeople) async throws -> Void
  ) async throws {
    try #require(geteuid() == 0, "only root can make users of this machine")
    let suffix = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    let names = (0..<count).map { "pd\($0)\(suffix)" }
    // A checkout may be in root's home, which is closed to them.
    let folder = temporaryDirectory("paddock-people")
    chmod(folder, 0o755)
    try FileManager.default.copyItem(atPath: PaddockInstallation.products + "/paddock", toPath: folder + "/paddock")
    let people = UnixPeople(paddock: paddock, names: names, program: folder + "/paddock")
    let result: Result<Void, any Error>
    do {
      for name in names {
        let run = try await Program.run(["useradd", "--no-create-home", "--shell", "/bin/sh", name])
        try #require(run.status == 0, "useradd: \(run.errors)")
      }
      result = .success(try await body(people))
    } catch { result = .failure(error) }
    for name in names { _ = try? await Program.run(["userdel", name]) }
    try? FileManager.default.removeItem(atPath: folder)
    try result.get()
  }

  /// As that user, in that user's own environment, as after `ssh`.
  func run(_ name: String, _ arguments: String..., variables: [String] = []) async throws -> ProgramRun {
    try await run(name, arguments, variables)
  }

  func json(_ name: String, _ arguments: String...) async throws -> JSONValue {
    let run = try await run(name, arguments + ["--output", "json"], [])
    guard run.status == 0 else { throw Refused(name: name, run: run) }
    return try JSONValue(parsing: run.output)
  }

  /// For a shell of root's: the console of that user.
  func commandLine(_ name: String, variables: [String]) -> String {
    command(name, [], variables).joined(separator: " ")
  }

  func run(_ name: String, _ arguments: [String], _ variables: [String]) async throws -> ProgramRun {
    try await Program.run(command(name, arguments, variables), directory: "/")
  }

  private func command(_ name: String, _ arguments: [String], _ variables: [String]) -> [String] {
    let environment =
      ["HOME=/nonexistent", "PATH=/usr/bin:/bin", "PADDOCK_DATA_DIR=\(paddock.directory)", "LC_ALL=C.UTF-8"] + variables
    return ["setpriv", "--reuid", name, "--regid", name, "--clear-groups", "env", "-i"] + environment + [program]
      + arguments
  }

  private struct Refused: Error {
    var name: String
    var run: ProgramRun
  }
}
