package import ControlModel
import PostgresClient

extension PostgresSessionStore {
  package func record(_ batches: [RecordedBatch]) async throws(ControlFailure) {
    let batches = batches.filter { !$0.events.isEmpty }
    if batches.isEmpty { return }
    let sessions = Set(batches.map(\.session))
    try await withPartitions(of: sessions, in: lanes.recording) { connection in
      let heads = try await lockHeads(sessions, connection)
      try check(batches, against: heads)
      try await append(batches, heads, connection)
    }
  }

  /// Takes the rows of sessions for the rest of the transaction, in the order of their ids, so that two recorders can
  /// never wait for each other.
  func lockHeads(
    _ sessions: Set<SessionID>, _ connection: PostgresConnection
  ) async throws -> [SessionID: SessionHead] {
    let rows = try await connection.query(
      """
      SELECT id, events, team_id, bucket - date '2000-01-01' AS bucket, purged_at IS NOT NULL AS is_purged,
        row_security_active('paddock.event') AS is_restricted
      FROM paddock.session WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE
      """, [.uuidArray(sessions.map(\.text))])
    var heads: [SessionID: SessionHead] = [:]
    for row in rows {
      heads[try row.sessionID("id")] = SessionHead(
        seq: EventNumber.bounded(try row.int("events")), team: Int32(try row.int("team_id")),
        bucket: Int32(try row.int("bucket")), isPurged: try row.bool("is_purged"),
        isRestricted: try row.bool("is_restricted"))
    }
    return heads
  }

  /// Copies checked batches behind what there is, moves the totals and tells whoever looks. What was imported was spent
  /// elsewhere, and is in no day's sum.
  func append(
    _ batches: [RecordedBatch], _ heads: [SessionID: SessionHead], _ connection: PostgresConnection
  ) async throws {
    // Postgres does not COPY into a table whose policies hold for the user, so such a user's rows take a detour.
    let isRestricted = heads.values.contains { $0.isRestricted }
    if isRestricted {
      try await connection.script(
        "CREATE TEMPORARY TABLE IF NOT EXISTS paddock_arrival (LIKE paddock.event) ON COMMIT DELETE ROWS")
    }
    var rows = EventRows(batches, heads)
    let table = isRestricted ? "pg_temp.paddock_arrival" : "paddock.event"
    try await connection.copyIn(
      "COPY \(table) (\(EventRow.written)) FROM STDIN (FORMAT binary)", streaming: { rows.write(to: &$0) })
    if isRestricted {
      try await connection.execute(
        """
        INSERT INTO paddock.event (\(EventRow.written)) SELECT \(EventRow.written) FROM pg_temp.paddock_arrival
        """)
    }
    try await moveTotals(batches, connection)
    try await connection.execute(
      "SELECT paddock.tell_sessions($1)", [.uuidArray(Set(batches.map(\.session.text)).sorted())])
  }

  private func moveTotals(_ batches: [RecordedBatch], _ connection: PostgresConnection) async throws {
    var projections: [SessionID: SessionProjection] = [:]
    for batch in batches { projections[batch.session] = batch.storableProjection }
    try await connection.execute(
      """
      WITH p AS MATERIALIZED (SELECT id, text::json AS fold FROM unnest($1::uuid[], $2::text[]) u (id, text)),
      -- In numeric, and up to the bounds of a total: whatever a former version stored, nothing here can overflow.
      spent AS (
        SELECT s.team, (p.fold ->> 'lastEventAt')::timestamptz AS at,
          greatest(\(Self.count("p.fold ->> 'costMicroUSD'"))::numeric - s.cost_micro, 0) AS cost,
          greatest((\(Self.tokens))::numeric - s.tokens_input - s.tokens_output - s.tokens_cache_read
            - s.tokens_cache_write, 0) AS tokens
        FROM p JOIN paddock.session s USING (id) WHERE s.desired <> 'archived'
      ),
      -- In the order of their keys, so that two recorders can never wait for each other.
      kept AS (
        INSERT INTO paddock.usage AS u
        SELECT team, date_bin('15 minutes', at, 'epoch'), least(sum(cost), \(Self.most)), least(sum(tokens), \(Self.most))
        FROM spent
        WHERE at IS NOT NULL AND (cost <> 0 OR tokens <> 0) GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (team, quarter) DO UPDATE
        SET cost_micro = least(greatest(u.cost_micro, 0)::numeric + excluded.cost_micro, \(Self.most)),
          tokens = least(greatest(u.tokens, 0)::numeric + excluded.tokens, \(Self.most))
      )
      UPDATE paddock.session s SET
        events = (p.fold ->> 'lastSeq')::bigint, turns = \(Self.count("p.fold ->> 'turns'")),
        tokens_input = \(Self.count("p.fold #>> '{tokens,input}'")),
        tokens_output = \(Self.count("p.fold #>> '{tokens,output}'")),
        tokens_cache_read = \(Self.count("p.fold #>> '{tokens,cacheRead}'")),
        tokens_cache_write = \(Self.count("p.fold #>> '{tokens,cacheWrite}'")),
        cost_micro = \(Self.count("p.fold ->> 'costMicroUSD'")), now = p.fold ->> 'now',
        last_event_at = (p.fold ->> 'lastEventAt')::timestamptz,
        runtime_session_id = coalesce(p.fold ->> 'runtimeSessionID', s.runtime_session_id),
        projection = p.fold
      FROM p WHERE s.id = p.id
      """,
      [
        .uuidArray(projections.keys.map(\.text)),
        .textArray(projections.values.map { JSONValue.object($0.json).text }),
      ])
  }

  private static let tokens = ["input", "output", "cacheRead", "cacheWrite"].map {
    count("p.fold #>> '{tokens,\($0)}'")
  }.joined(separator: " + ")

  /// What the schema takes of a count, too: adding four of them up cannot fail.
  private static let most = StoredTotal.most
  private static func count(_ text: String) -> String { "least(greatest((\(text))::bigint, 0), \(most))" }

  private func check(_ batches: [RecordedBatch], against heads: [SessionID: SessionHead]) throws(ControlFailure) {
    var next: [SessionID: Int64] = [:]
    for batch in batches {
      guard let head = heads[batch.session] else { throw missingSession(batch.session) }
      if head.isPurged { throw ControlFailure(.conflict, "The session \(batch.session) is purged.") }
      var expected = next[batch.session] ?? head.seq + 1
      for event in batch.events {
        guard event.seq == expected else {
          throw ControlFailure(
            .conflict, "The history of the session \(batch.session) goes on at event \(expected), not at \(event.seq).",
            hint: "Read how far it is and stream from there.")
        }
        expected += 1
      }
      next[batch.session] = expected
    }
  }
}

/// The bound of all totals in SQL, which is that of the amounts: the next sum reads no more than was written.
enum StoredTotal {
  static let most = TokenCount(steps: Int64.max).description
}

/// Where a session's history ends, while its row is locked.
struct SessionHead: Sendable {
  var seq: Int64
  var team: Int32
  /// The month whose partition has the session's events, as days since 2000-01-01.
  var bucket: Int32
  var isPurged: Bool
  /// Row-level security holds for this user.
  var isRestricted: Bool
}

/// The events of batches as rows, written in portions while the server takes in those before.
private struct EventRows {
  private let batches: [RecordedBatch]
  private let heads: [SessionID: SessionHead]
  private var batch = 0
  private var event = 0

  init(_ batches: [RecordedBatch], _ heads: [SessionID: SessionHead]) {
    self.batches = batches
    self.heads = heads
  }

  /// False when there was nothing left to write.
  mutating func write(to writer: inout PostgresCopyWriter) -> Bool {
    guard batch < batches.count else { return false }
    while batch < batches.count, writer.byteCount < 128 * 1024 {
      let current = batches[batch]
      EventRow.write(current.events[event], session: current.session.text, heads[current.session], to: &writer)
      event += 1
      if event == current.events.count { (batch, event) = (batch + 1, 0) }
    }
    return true
  }
}

extension RecordedBatch {
  /// The number of the last event comes from the events: it is what the next batch is checked against.
  fileprivate var storableProjection: SessionProjection {
    var projection = projection
    projection.lastSeq = events.last?.seq ?? projection.lastSeq
    projection.lastEventAt = projection.lastEventAt?.storable
    projection.activitySince = projection.activitySince?.storable
    projection.now = projection.now.storable(within: 4_096)
    projection.reason = projection.reason.storable(within: 4_096)
    // Cut short it would name another conversation.
    projection.runtimeSessionID = projection.runtimeSessionID.map(\.storable).flatMap {
      $0.utf8.count <= 2_048 ? $0 : nil
    }
    projection.openApprovals = projection.openApprovals.map(\.storable)
    return projection
  }
}
