import Foundation
import Glibc
import PostgresClient
import PostgresTestSupport
import Testing

@testable import EmbeddedPostgres

@Suite struct EmbeddedPostgresTests {
  @Test func startsKeepsItsDataAndStops() async throws {
    try await withTemporaryServer { server in
      #expect(server.status() == .stopped)
      #expect(!server.isInitialized)
      let url = try await server.start()
      #expect(server.isInitialized)
      #expect(try await server.start() == url)
      try await run("CREATE TABLE kept AS SELECT 42::int8 AS answer", url)
      try await server.stop()
      #expect(server.status() == .stopped)
      try await server.stop()
      #expect(try await answer(try await server.start()) == 42)
    }
  }

  @Test func nothingIsLeftOfATestsServerWhenTheTestFails() async throws {
    struct Failure: Error {}
    var directory = ""
    await #expect(throws: Failure.self) {
      try await withTemporaryServer { server in
        _ = try await server.start()
        directory = String(server.dataDirectory.dropLast("/data".count))
        throw Failure()
      }
    }
    #expect(!directory.isEmpty && access(directory, F_OK) != 0)
  }

  @Test func comesBackAfterItsServerWasKilled() async throws {
    try await withTemporaryServer { server in
      let url = try await server.start()
      try await run("CREATE TABLE kept AS SELECT 7::int8 AS answer", url)
      let killed = try killServer(server)
      #expect(try await answer(try await server.start()) == 7)
      #expect(try runningPID(server) != killed)
    }
  }

  @Test func isNotKeptFromStartingByAProcessThatGotItsNumber() async throws {
    try await withTemporaryServer { server in
      _ = try await server.start()
      try await server.stop()
      let path = server.dataDirectory + "/postmaster.pid"
      let file = try #require(fopen(path, "w"))
      fputs("\(getpid())\n\(server.dataDirectory)\n1\n5432\n\(server.dataDirectory)\n\n  1 1\nready   \n", file)
      fclose(file)
      #expect(server.status() == .stopped)
      try await server.stop()
      #expect(try await answer(try await server.start(), "SELECT 1::int8 AS answer") == 1)
    }
  }

  @Test func startsOnceWhenSeveralAskAtTheSameTime() async throws {
    try await withTemporaryServer { server in
      let urls = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<3 { group.addTask { try await server.start() } }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(urls.count == 1)
    }
  }

  @Test func worksInADirectoryTooDeepForASocket() async throws {
    try await withTemporaryServer(data: String(repeating: "deep", count: 30)) { server in
      let url = try await server.start()
      #expect(url.contains("paddock-"))
      let socket = try await text(url, "SHOW unix_socket_directories")
      #expect(socket.utf8.count < 90 && access(socket, F_OK) == 0)
      try await server.stop()
      #expect(access(socket, F_OK) != 0, "nothing is left of it beside the data")
      #expect(try await answer(try await server.start(), "SELECT 1::int8 AS answer") == 1)
    }
  }

  /// As in the home of root, which is closed to the account that root's servers run as.
  @Test func isElsewhereWithALinkInItsPlaceWhereItsAccountCannotGo() async throws {
    let hadPlace = access("/var/lib/paddock", F_OK) == 0
    try await withTemporaryServer(data: "closed/data") { server in
      let closed = String(server.dataDirectory.dropLast("/data".count))
      try #require(mkdir(closed, 0o700) == 0)
      let url = try await server.start()
      try await run("CREATE TABLE kept AS SELECT 7::int8 AS answer", url)
      try await server.stop()
      var status = stat()
      try #require(lstat(server.dataDirectory, &status) == 0)
      let resolved = try #require(realpath(server.dataDirectory, nil))
      let place = String(cString: resolved)
      free(resolved)
      #expect((status.st_mode & S_IFMT == S_IFLNK) == (geteuid() == 0))
      #expect(place.hasPrefix("/var/lib/paddock/") == (geteuid() == 0))
      #expect(try await answer(try await server.start()) == 7)
      try await server.stop()
      if geteuid() == 0 { _ = Subcommand(["rm", "-rf", "--", place]).run() }
    }
    if !hadPlace { rmdir("/var/lib/paddock") }
  }

  /// Nothing of it is ever a shell's to read.
  @Test func worksInADirectoryWhoseNameMeansSomethingToAShell() async throws {
    let name = "pwn-\(UInt32.random(in: 0...UInt32.max))"
    for path in ["a `touch \(name)` b", "$(touch \(name))", "x\"; touch \(name); \"", "it's \\ %s é ,"] {
      try await withTemporaryServer(data: path) { server in
        let url = try await server.start()
        #expect(try await answer(url, "SELECT 1::int8 AS answer") == 1)
        try await server.stop()
        #expect(server.status() == .stopped)
        #expect(try await answer(try await server.start(), "SELECT 1::int8 AS answer") == 1)
      }
    }
    for folder in ["/", FileManager.default.currentDirectoryPath + "/"] {
      #expect(access(folder + name, F_OK) != 0)
    }
  }

  @Test func saysWhyItDoesNotStart() async throws {
    try await withTemporaryServer(settings: ["shared_buffers": "nonsense"]) { server in
      let failure = await #expect(throws: EmbeddedPostgresError.self) { _ = try await server.start() }
      #expect("\(String(describing: failure))".contains("shared_buffers"))
    }
  }

  /// Whose directory was moved or removed while it was at work.
  @Test(arguments: [true, false]) func isStoppedWhenItsDirectoryIsGone(isMoved: Bool) async throws {
    try await withTemporaryServer { server in
      _ = try await server.start()
      let running = ServerProcess.all(in: server.cluster.directory)
      #expect(running.count > 3)
      let elsewhere = server.dataDirectory + ".moved"
      try #require(rename(server.dataDirectory, elsewhere) == 0)
      if !isMoved { _ = Subcommand(["rm", "-rf", "--", elsewhere]).run() }
      try await server.stop()
      #expect(running.allSatisfy { kill($0, 0) != 0 })
    }
  }

  @Test func showsItsSocketToNobodyElse() async throws {
    try await withTemporaryServer { server in
      _ = try await server.start()
      var status = stat()
      try #require(stat(server.dataDirectory, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o700)
      if geteuid() == 0 { #expect(status.st_uid != 0) }
    }
  }

  @Test func aServerWhoseSocketWasRemovedIsStartedAgain() async throws {
    try await withTemporaryServer { server in
      let url = try await server.start()
      try await run("CREATE TABLE kept AS SELECT 7::int8 AS answer", url)
      let former = try runningPID(server)
      try #require(unlink(try socket(of: server)) == 0)
      #expect(server.status() == .unreachable(pid: former))
      #expect(try await answer(try await server.start()) == 7)
      #expect(try runningPID(server) != former)
    }
  }

  @Test func aServerWhoseSocketWasRemovedIsStopped() async throws {
    try await withTemporaryServer { server in
      _ = try await server.start()
      try #require(unlink(try socket(of: server)) == 0)
      try await server.stop()
      #expect(server.status() == .stopped)
    }
  }

  private func socket(of server: EmbeddedPostgres) throws -> String {
    let real = try #require(realpath(server.dataDirectory, nil))
    defer { free(real) }
    return String(cString: real) + "/.s.PGSQL.5432"
  }

  @Test func refusesADirectoryWithSomethingElseInIt() async throws {
    try await withTemporaryServer { server in
      mkdir(server.dataDirectory, 0o700)
      let file = try #require(fopen(server.dataDirectory + "/letter.txt", "w"))
      fclose(file)
      let failure = try await #require(throws: EmbeddedPostgresError.self) { _ = try await server.start() }
      #expect(failure.description.contains(server.dataDirectory))
      #expect(access(server.dataDirectory + "/letter.txt", F_OK) == 0)
    }
  }
}

private func runningPID(_ server: EmbeddedPostgres) throws -> Int32 {
  guard case .running(let pid, _) = server.status() else { throw EmbeddedPostgresError.startFailed(log: "not running") }
  return pid
}

private func killServer(_ server: EmbeddedPostgres) throws -> Int32 {
  let pid = try runningPID(server)
  kill(pid, SIGKILL)
  return pid
}

private func run(_ sql: String, _ url: String) async throws {
  let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
  try await connection.script(sql)
  await connection.close()
}

private func text(_ url: String, _ sql: String) async throws -> String {
  let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
  let rows = try await connection.query(sql)
  await connection.close()
  return try rows.first?.text("unix_socket_directories") ?? ""
}

private func answer(_ url: String, _ sql: String = "SELECT answer FROM kept") async throws -> Int64? {
  let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
  let rows = try await connection.query(sql)
  await connection.close()
  return try rows.first?.int("answer")
}
