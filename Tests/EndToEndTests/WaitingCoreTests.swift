import Foundation
import Glibc
import PaddockProgram
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// The real `paddock core` on a database that a core of an older version is at work on.
@Suite struct WaitingCoreTests {
  @Test(.timeLimit(.minutes(2)))
  func aCoreWithANewerSchemaWaitsForTheOldOnesEndAndTakesOver() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url))
      let older = PostgresSessionStore(pool)
      try await older.migrate(to: Array(Migration.all.dropLast()))
      #expect(try await older.join(holder: "older/1") == 1)
      // As a core at work does: it would count as stopped else.
      let asking = Task {
        while !Task.isCancelled {
          _ = try await older.join(holder: "older/1")
          try await Task.sleep(for: .milliseconds(500))
        }
      }
      try await withCore(url) { holder, log in
        try await eventually("the core says that it waits") { try log().contains("waits") ? true : nil }
        // More than three of its tries.
        try await Task.sleep(for: .seconds(7))
        #expect(try log().components(separatedBy: "waits").count == 2)
        #expect(try await version(pool) == Int64(Migration.all.count - 1))
        #expect(try await older.leaseHolder() == "older/1")

        asking.cancel()
        await older.releaseLease()
        try await eventually("the newer core is at work") {
          try await older.leaseHolder()?.hasSuffix(holder) == true ? true : nil
        }
        #expect(try await version(pool) == Int64(Migration.all.count))
      }
      await pool.close()
    }
  }

  private func version(_ pool: PostgresPool) async throws -> Int64? {
    try await pool.query("SELECT max(number) AS number FROM paddock.schema_migration").first?.int("number")
  }

  /// Its cluster need not answer: what it waits for is the database.
  private func withCore(
    _ url: String, _ body: (_ holder: String, _ log: () throws -> String) async throws -> Void
  ) async throws {
    let directory = "/tmp/paddock-waiting-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let kubeconfig = """
      {"apiVersion": "v1", "kind": "Config", "current-context": "none",
       "clusters": [{"name": "none", "cluster": {"server": "http://127.0.0.1:1"}}], "users": [{"name": "none"}],
       "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}]}
      """
    try kubeconfig.write(toFile: directory + "/kubeconfig", atomically: true, encoding: .utf8)
    let output = directory + "/output"
    let core = try RunningProgram.start(
      [
        PaddockInstallation.products + "/paddock", "core", "--data-dir", directory, "--database-url", url, "--engine",
        "kubernetes", "--kubeconfig", directory + "/kubeconfig", "--runner-image", "r", "--agent-image", "a",
      ], output: output)
    let result: Result<Void, any Error>
    do {
      result = .success(try await body("/\(core.pid)") { try String(contentsOfFile: output, encoding: .utf8) })
    } catch { result = .failure(error) }
    await core.end()
    try result.get()
  }
}
