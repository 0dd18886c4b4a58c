import Dispatch
import PostgresClient

extension EmbeddedPostgres {
  /// Waits for the server's answer and makes the database where it is missing.
  func makeDatabase(at url: String) async throws(PostgresError) {
    let pool = PostgresPool(PostgresConfiguration(url: url), size: 1, patience: 2)
    var failure: PostgresError?
    do throws(PostgresError) {
      let rows = try await pool.query("SELECT 1 FROM pg_database WHERE datname = 'paddock'")
      if rows.isEmpty { try await pool.script("CREATE DATABASE paddock") }
    } catch  where error.sqlstate == "42P04" || error.sqlstate == "23505" {
      // Another process was faster.
    } catch {
      failure = error
    }
    await pool.close()
    if let failure { throw failure }
  }

  /// Runs what blocks (starting programs, waiting for them) away from the cooperative pool.
  func onOwnThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(EmbeddedPostgresError) -> Value
  ) async throws(EmbeddedPostgresError) -> Value {
    let result: Result<Value, EmbeddedPostgresError> = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        do throws(EmbeddedPostgresError) {
          continuation.resume(returning: .success(try body()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}
