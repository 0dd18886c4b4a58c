import PostgresClient

/// A login of the other team that sets its own time-outs to nothing and then does what its rights allow, again and again.
struct HostileOperator: Sendable {
  private let task: Task<[String: Int], Never>

  init(url: String) {
    task = Task.detached {
      var counts: [String: Int] = [:]
      var held: [PostgresConnection] = []
      while !Task.isCancelled {
        for attempt in Self.attempts {
          guard let connection = try? await PostgresConnection.connect(PostgresConfiguration(url: url)) else {
            counts["refused connections", default: 0] += 1
            try? await Task.sleep(for: .milliseconds(100))
            continue
          }
          held.append(connection)
          let isDone = (try? await connection.script(Self.open + attempt)) != nil
          counts[isDone ? "done" : "refused", default: 0] += 1
        }
        // Connections that were ended count as much as those that live: all are let go of together.
        if held.count > 200 {
          for connection in held { await connection.close() }
          held = []
        }
      }
      for connection in held { await connection.close() }
      return counts
    }
  }

  private static let open = """
    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; BEGIN;
    """

  private static let attempts = [
    "SELECT count(*) FROM paddock.event",
    "LOCK TABLE paddock.agent IN ACCESS SHARE MODE",
    "LOCK TABLE paddock.session IN ACCESS EXCLUSIVE MODE",
    "SELECT pg_try_advisory_lock(1885431908, n) FROM generate_series(1, 5) n",
    "SELECT pg_try_advisory_lock_shared(1885431909, n) FROM generate_series(0, 255) n",
    "SELECT FROM paddock.session FOR UPDATE",
    """
    INSERT INTO paddock.operation (id, kind, team, actor, requested_at)
    VALUES (gen_random_uuid(), 'x', 'alpha', 'm', now())
    """,
    """
    SELECT paddock.submit_operation(gen_random_uuid(), 'session.message', s.team, s.id, NULL, 'x', '', NULL, NULL)
    FROM paddock.session s, generate_series(1, 300)
    """,
    "SELECT paddock.apply_agent('alpha', 'noisy', 'exec', '{\"runtime\": \"exec\"}', '')",
    "SELECT pg_notify(c, repeat('x', 7000)) FROM paddock.my_channels() c, generate_series(1, 1000)",
    "SELECT * FROM paddock.search('ok', '{}', NULL, NULL, NULL, NULL, NULL, 1000)",
  ]

  /// What came of it.
  func stop() async -> String {
    task.cancel()
    return await task.value.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}
