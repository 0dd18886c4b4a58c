package import ControlModel
import PostgresClient

extension PostgresSessionStore: DiskUseStore {
  /// All events take the same here; what there is of them is known from the sessions' totals, without reading one.
  package func historySizes(limit: Int) async throws(ControlFailure) -> [SessionID: DiskSize] {
    let sizes = try await query(
      """
      WITH room AS (
        SELECT (SELECT coalesce(sum(pg_total_relation_size(i.inhrelid)), 0) FROM pg_inherits i
            WHERE i.inhparent = 'paddock.event'::regclass)
          + pg_total_relation_size('paddock.event_search') AS bytes
      ), kept AS (
        SELECT s.id, greatest(s.events - s.kept_from + 1, 0)::numeric AS events
        FROM paddock.session s WHERE s.purged_at IS NULL
      )
      SELECT k.id, least(
        k.events / greatest((SELECT sum(a.events) FROM kept a), 1) * (SELECT r.bytes FROM room r), 1::bigint << 53
      )::bigint AS bytes
      FROM kept k WHERE k.events > 0 ORDER BY k.events DESC, k.id LIMIT $1
      """, [.int8(Int64(max(0, limit)))]
    ) { (try $0.sessionID("id"), DiskSize(steps: try $0.int("bytes"))) }
    return Dictionary(sizes) { first, _ in first }
  }

  package func writeDiskUses(_ uses: [DiskUse]) async throws(ControlFailure) {
    try await execute(
      """
      WITH given AS (
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) n (id, folder, history, is_partial)
      ), gone AS (
        DELETE FROM paddock.disk_use u WHERE NOT EXISTS (SELECT FROM given g WHERE g.id = u.session_id)
      )
      INSERT INTO paddock.disk_use (session_id, team_id, folder, history, is_partial, written_at)
      SELECT s.id, s.team_id, g.folder, g.history, g.is_partial = 1, now()
      FROM given g JOIN paddock.session s ON s.id = g.id
      ON CONFLICT (session_id) DO UPDATE SET folder = excluded.folder, history = excluded.history,
        is_partial = excluded.is_partial, written_at = excluded.written_at
      """,
      [
        .uuidArray(uses.map(\.session.text)), .int8Array(uses.map { $0.folder.written { $0 } }),
        .int8Array(uses.map { $0.history.written { $0 } }), .int8Array(uses.map { $0.isPartial ? 1 : 0 }),
      ])
  }

  package func diskUses() async throws(ControlFailure) -> [DiskUse] {
    try await list(
      .diskUse,
      """
      SELECT u.session_id, s.team, u.folder, u.history, u.is_partial
      FROM paddock.disk_use u JOIN paddock.session s ON s.id = u.session_id
      ORDER BY u.folder + u.history DESC, u.session_id LIMIT 32
      """, []
    ) { row in
      DiskUse(
        session: try row.sessionID("session_id"), team: try row.name("team"),
        folder: DiskSize(steps: try row.int("folder")), history: DiskSize(steps: try row.int("history")),
        isPartial: try row.bool("is_partial"))
    }
  }
}
