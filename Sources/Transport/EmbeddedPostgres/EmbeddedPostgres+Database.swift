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
      try await pool.script(Self.closings)
    } catch  where error.sqlstate == "42P04" || error.sqlstate == "23505" {
      // Another process was faster.
    } catch {
      failure = error
    }
    await pool.close()
    if let failure { throw failure }
  }

  /// Nobody has anything to do in the server's other databases, where nothing is known of Paddock's people; and what their
  /// queries put on the disk has a bound, which the core's own has not.
  private static let closings = """
    REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
    ALTER ROLE CURRENT_USER SET temp_file_limit = -1
    """

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
