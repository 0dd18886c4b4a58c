import Foundation
import PaddockProgram
import PostgresClient
import Testing

/// Logging in by a password, which is never an argument.
@Suite(.serialized) struct PasswordTests {
  @Test func aPasswordComesFromAFileOrFromWhoeverSitsAtTheTerminal() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.require("team", "create", "engineering")
      try await paddock.require("operator", "add", "anna", "--password-prompt", input: "correct horse\n")
      try await paddock.require("operator", "grant", "anna", "--team", "engineering", "--role", "viewer")
      try await demandPassword(of: "anna", on: paddock)
      let url = "postgresql://anna@/paddock?host=\(paddock.directory)/postgres"
      let file = paddock.directory + "/anna.pgpass"

      var anna = paddock
      anna.environment = ["PADDOCK_DATABASE_URL": url, "PGPASSFILE": file]
      let without = try await anna.paddock("team", "list")
      #expect(without.status == 1 && without.errors.contains("no password supplied"), "\(without)")
      _ = FileManager.default.createFile(
        atPath: file, contents: Data("*:*:*:anna:correct horse\n".utf8), attributes: [.posixPermissions: 0o600])
      #expect(try await anna.require("team", "list").output.contains("engineering"))
      try await anna.require("operator", "password", input: "battery staple\n")
      let old = try await anna.paddock("team", "list")
      #expect(old.status == 1 && !old.errors.contains("correct horse"), "\(old)")

      try await ConsoleTerminal.open(.small, on: paddock) { terminal in
        try await terminal.run(
          "export PGPASSFILE=/nonexistent PADDOCK_DATABASE_URL='\(url)'; clear; paddock team list")
        try await terminal.wait(for: "Password for anna@")
        try await terminal.run("battery staple")
        let screen = try await terminal.wait(for: "engineering")
        #expect(!screen.contains("battery"))
      }
    }
  }

  private func demandPassword(of login: String, on paddock: PaddockInstallation) async throws {
    let rules = paddock.directory + "/postgres/pg_hba.conf"
    let text = try String(contentsOfFile: rules, encoding: .utf8)
    let handle = try #require(FileHandle(forWritingAtPath: rules))
    try handle.write(contentsOf: Data("local all \(login) scram-sha-256\n\(text)".utf8))
    try handle.close()
    let url = "postgresql://paddock@/paddock?host=\(paddock.directory)/postgres"
    let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
    _ = try await connection.query("SELECT pg_reload_conf()")
    await connection.close()
    try await eventually("the server asks \(login) for a password") {
      let asked = PostgresConfiguration(url: url.replacing("paddock@", with: "\(login)@"))
      return await PostgresConnection.needsPassword(asked) ? true : nil
    }
  }
}
