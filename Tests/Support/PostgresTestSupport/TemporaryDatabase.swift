import EmbeddedPostgres
package import PostgresClient
import Synchronization

/// Gives a test a fresh, empty database on a real server that all tests of the process share; drops it afterwards.
package func withTemporaryDatabase<Value: Sendable>(
  _ body: (_ url: String) async throws -> Value
) async throws -> Value {
  let server = try await SharedServer.url()
  let name = "test_\(counter.add(1, ordering: .relaxed).newValue)"
  let administration = try await PostgresConnection.connect(PostgresConfiguration(url: server))
  try await administration.script("CREATE DATABASE \(name)")
  let result: Result<Value, any Error>
  do {
    result = .success(try await body(server.replacingDatabase(by: name)))
  } catch {
    result = .failure(error)
  }
  try await administration.script("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
  await administration.close()
  return try result.get()
}

/// A fresh database and one connection to it.
package func withTemporaryConnection<Value: Sendable>(
  _ body: (PostgresConnection) async throws -> Value
) async throws -> Value {
  try await withTemporaryDatabase { url in
    let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
    let value = try await body(connection)
    await connection.close()
    return value
  }
}

private let counter = Atomic<Int>(0)

extension String {
  /// `postgresql://paddock@/paddock?host=…` with another path.
  fileprivate func replacingDatabase(by name: String) -> String {
    let parts = split(separator: "?", maxSplits: 1)
    let base = parts[0].lastIndex(of: "/").map { parts[0][...$0] } ?? parts[0]
    return "\(base)\(name)?\(parts.count > 1 ? parts[1] : "")"
  }
}
