import Glibc
import PostgresClient

/// A database of its own for the time of the body, on the server that PADDOCK_TEST_DATABASE_URL names.
func withTemporaryDatabase(_ body: (String) async throws -> Void) async throws {
  let server = String(cString: getenv("PADDOCK_TEST_DATABASE_URL"))
  let name = "test_\(UInt64.random(in: 0...UInt64.max))"
  let connection = try await PostgresConnection.connect(PostgresConfiguration(url: server))
  try await connection.script("CREATE DATABASE \(name)")
  let result: Result<Void, any Error>
  do { result = .success(try await body(server.replacing("/postgres?", with: "/\(name)?"))) } catch {
    result = .failure(error)
  }
  try await connection.script("DROP DATABASE \(name) WITH (FORCE)")
  await connection.close()
  try result.get()
}
