package import ControlModel
import PostgresClient

extension PostgresSessionStore {
  package func search(_ query: SearchQuery) async throws(ControlFailure) -> [SearchHit] {
    let text = SearchText(query.text)
    return try await list(
      .searchHit, "SELECT * FROM paddock.search($1, $2, $3, $4, $5, $6, $7, $8)",
      [
        .free(text.normalized), .textArray(text.marks.map(\.storable)), .optionalText(query.team?.text),
        .optionalUUID(query.session?.text), .optionalTimestamptz(query.before?.time.storable.microseconds),
        .optionalUUID(query.before?.session.text), .optionalInt8(query.before?.seq),
        .int8(Int64(min(max(0, query.limit), 1000))),
      ]
    ) { row in
      SearchHit(
        session: try row.sessionID("session_id"), team: try row.name("team"), title: try row.text("title"),
        seq: try row.int("seq"), time: try row.time("time"), kind: EventKind(rawValue: try row.text("kind")) ?? .error,
        excerpt: try row.text("excerpt"))
    }
  }

  package func indexEvents(limit: Int) async throws(ControlFailure) -> Int {
    try await transaction(in: lanes.upkeep) { connection in
      let lock = try await connection.query("SELECT pg_try_advisory_xact_lock(\(AdvisoryLock.search)) AS mine")
      guard try lock.first?.bool("mine") == true else { return 0 }
      let taken = try await connection.query(Self.index, [.int8(Int64(max(0, limit)))])
      return Int(try taken.first?.int("taken") ?? 0)
    }
  }

  /// Takes a whole prefix of what each session lacks, so that one number a session says what is done.
  private static let index = """
    WITH behind AS (
      SELECT s.id, s.team_id, s.bucket, coalesce(c.seq, 0) AS seq
      FROM paddock.session s LEFT JOIN paddock.search_cursor c ON c.session_id = s.id
      WHERE s.purged_at IS NULL AND s.events > coalesce(c.seq, 0)
      LIMIT 1000
    ), taken AS MATERIALIZED (
      SELECT e.* FROM behind b CROSS JOIN LATERAL (
        SELECT session_id, seq, time, team_id, concat_ws(' ', name, text) AS content FROM paddock.event
        WHERE bucket = b.bucket AND session_id = b.id AND seq > b.seq ORDER BY seq LIMIT $1
      ) e LIMIT $1
    ), added AS (
      INSERT INTO paddock.event_search (session_id, seq, time, team_id, words, places)
      SELECT session_id, seq, paddock.bounded_time(time), team_id, paddock.words_of(content),
        paddock.places_of(team_id, session_id, seq, paddock.bounded_time(time))
      FROM taken WHERE content <> ''
      -- A cursor that was set back must not keep the events of all others from being found.
      ON CONFLICT (session_id, seq) DO NOTHING
    ), moved AS (
      INSERT INTO paddock.search_cursor AS c (session_id, team_id, seq)
      -- Events of a number that no session may have are those of a former version.
      SELECT session_id, team_id, least(max(seq), 9007199254740992) FROM taken GROUP BY session_id, team_id
      ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq
    )
    SELECT count(*) AS taken FROM taken
    """
}
