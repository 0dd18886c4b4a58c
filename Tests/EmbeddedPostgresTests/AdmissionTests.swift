import Foundation
import Glibc
import PostgresClient
import PostgresTestSupport
import Testing

@testable import EmbeddedPostgres

/// Users of the machine who are let in by name.
@Suite struct AdmissionTests {
  @Test func theFilesAreReadBackAndKeepWhatOthersWrote() {
    let users = [AdmittedUser(unixUser: "alice", login: "alice"), AdmittedUser(unixUser: "b.c", login: "bob@x.org")]
    let own = "# mine\nother \"x y\" z\n"
    let file = Admissions(users: users).mapping(into: own, owners: ["root"])
    #expect(file.contains("paddock \"root\" \"paddock\"\n") && file.hasSuffix(own))
    #expect(Admissions(mapping: file).users == users)
    let again = Admissions(users: [users[1]]).mapping(into: file, owners: ["root"])
    #expect(Admissions(mapping: again).users == [users[1]] && again.hasSuffix(own))
    #expect(Admissions(mapping: own).users.isEmpty)
    #expect(Admissions(users: []).mapping(into: again, owners: ["root"]).hasSuffix(own))
    let rules = Admissions.authentication(in: ServerSettings.authentication)
    #expect(rules.split(separator: "\n").first { !$0.hasPrefix("#") } == "local all all peer map=paddock")
    #expect(Admissions.authentication(in: rules) == rules)
  }

  @Test func aListOfNobodyIsTheModeOfAClosedDirectory() {
    let closed = AccessControlList(users: [])
    #expect(closed.bytes.count == 4 + 3 * 8 && AccessControlList(users: [7, 7]).bytes.count == 4 + 5 * 8)
    let directory = temporaryDirectory("paddock-acl")
    defer { rmdir(directory) }
    #expect(closed.apply(to: directory))
    var status = stat()
    #expect(stat(directory, &status) == 0 && status.st_mode & 0o777 == 0o700)
  }

  /// As root, who alone can become somebody else: `nobody` for the one who is let in, `daemon` for all others.
  @Test
  func eachIsLetInAsHimselfAndNobodyElse() async throws {
    try #require(geteuid() == 0, "only root becomes other users")
    let directory = temporaryDirectory("paddock-admission")
    defer { _ = Subcommand(["rm", "-rf", "--", directory]).run() }
    let server = EmbeddedPostgres(
      dataDirectory: directory + "/data", settings: ["fsync": "off"], sharedSockets: directory + "/socket")
    do {
      let url = try await server.start()
      let shared = try #require(server.sharedSocketDirectory)
      try await run("CREATE ROLE anna LOGIN; CREATE ROLE other LOGIN", url)
      #expect(psql("nobody", "anna", shared).status != 0, "the directory is closed")
      try await server.admit(AdmittedUser(unixUser: "nobody", login: "anna"))
      #expect(psql("nobody", "anna", shared).output == "anna")
      for login in ["other", "paddock"] {
        #expect(psql("nobody", login, shared).output.contains("Peer authentication failed"))
      }
      #expect(psql("daemon", "anna", shared).output.contains("Permission denied"))
      #expect(psql("nobody", "anna", server.dataDirectory).status != 0)

      try await server.stop()
      #expect(try await server.start() == url)
      #expect(psql("nobody", "anna", shared).output == "anna", "after a start, too")
      #expect(psql("daemon", "anna", shared).output.contains("Permission denied"))
      try await server.dismiss(login: "anna")
      #expect(psql("nobody", "anna", shared).output.contains("Permission denied"))
      #expect(server.admitted().isEmpty)
      try await run("SELECT 1", url)
      await #expect(throws: EmbeddedPostgresError.self) {
        try await server.admit(AdmittedUser(unixUser: "no-such-user", login: "anna"))
      }
      await #expect(throws: EmbeddedPostgresError.self) {
        try await server.admit(AdmittedUser(unixUser: "root", login: "anna"))
      }
    } catch {
      try? await server.stop()
      throw error
    }
    try await server.stop()
  }

  /// A list that the server does not take leaves everything as it was: the files, who gets in, and what can be changed.
  @Test func aListThatIsRefusedIsTakenBack() async throws {
    try #require(geteuid() == 0, "only root can let in users of other names")
    let directory = temporaryDirectory("paddock-refused")
    defer { _ = Subcommand(["rm", "-rf", "--", directory]).run() }
    let server = EmbeddedPostgres(
      dataDirectory: directory + "/data", settings: ["fsync": "off"], sharedSockets: directory + "/socket")
    do {
      let url = try await server.start()
      try await server.admit(AdmittedUser(unixUser: "nobody", login: "anna"))
      func files() throws -> [String] {
        try ["pg_hba.conf", "pg_ident.conf"].map {
          try String(contentsOfFile: "\(directory)/data/\($0)", encoding: .utf8)
        }
      }
      let before = try files()
      await #expect(throws: EmbeddedPostgresError.self) {
        try await server.admit(AdmittedUser(unixUser: "daemon", login: "a\nb"))
      }
      #expect(try files() == before)
      #expect(server.admitted() == [AdmittedUser(unixUser: "nobody", login: "anna")])
      try await run("SELECT 1", url)
      try await server.admit(AdmittedUser(unixUser: "daemon", login: "other"))
      #expect(server.admitted().count == 2)
    } catch {
      try? await server.stop()
      throw error
    }
    try await server.stop()
  }

  /// Read, written and reloaded under one lock: of many at once none is lost, and none comes back.
  @Test func changesAtOnceUndoNoneOfEachOther() async throws {
    try #require(geteuid() == 0, "only root can let in users of other names")
    let directory = temporaryDirectory("paddock-admissions")
    defer { _ = Subcommand(["rm", "-rf", "--", directory]).run() }
    let server = EmbeddedPostgres(
      dataDirectory: directory + "/data", settings: ["fsync": "off"], sharedSockets: directory + "/socket")
    do {
      _ = try await server.start()
      let names = ["nobody", "daemon", "bin", "sys", "games", "man"].filter { UserEntry(name: $0) != nil }
      let users = names.map { AdmittedUser(unixUser: $0, login: "l-\($0)") }
      try await server.admit(AdmittedUser(unixUser: "nobody", login: "old"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for user in users { group.addTask { try await server.admit(user) } }
        group.addTask { try await server.dismiss(login: "old") }
        try await group.waitForAll()
      }
      #expect(Set(server.admitted()) == Set(users))
      // What the database says is the truth; one who is not there any more is nobody to let in.
      let gone = AdmittedUser(unixUser: "no-such-user", login: "x")
      #expect(try await server.admitOnly([users[0], gone]))
      #expect(server.admitted() == [users[0]])
      let hasChanged = try await server.admitOnly([users[0], gone])
      #expect(!hasChanged)
      // A file that somebody spoilt is put back as it was, and the server goes on.
      let file = directory + "/data/pg_hba.conf"
      let rules = contents(of: file) ?? ""
      try (rules + "spoilt\n").write(toFile: file, atomically: false, encoding: .utf8)
      await #expect(throws: EmbeddedPostgresError.self) { try await server.admit(users[1]) }
      #expect(server.admitted() == [users[0]] && contents(of: file)?.hasSuffix("spoilt\n") == true)
    } catch {
      try? await server.stop()
      throw error
    }
    try await server.stop()
  }

  private func psql(_ user: String, _ login: String, _ directory: String) -> Subcommand.Outcome {
    Subcommand([
      "setpriv", "--reuid=\(user)", "--regid=65534", "--clear-groups", "--", "psql", "-XAtw", "-h", directory, "-U",
      login, "-d",
      "paddock", "-c", "SELECT session_user",
    ]).run()
  }

  private func run(_ script: String, _ url: String) async throws {
    let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
    try await connection.script(script)
    await connection.close()
  }
}
