package import ControlModel
import PostgresClient

extension PostgresSessionStore: ForeignSandboxStore {
  package func foreignSessions(and ids: Set<SessionID>) async throws(ControlFailure) -> [ForeignSession] {
    try await list(
      .session,
      """
      \(Self.foreign) AND (s.gone_at IS NULL OR s.id = ANY ($1)
        OR s.id IN (SELECT session_id FROM paddock.operation WHERE outcome = 'pending'))
      """, [.uuidArray(ids.map(\.text))], Self.readForeign)
  }

  package func foreignSession(_ id: SessionID) async throws(ControlFailure) -> ForeignSession? {
    try await find(.session, "\(Self.foreign) AND s.id = $1", [.uuid(id)], Self.readForeign)
  }

  package func mirror(_ sandboxes: [ForeignMirror]) async throws(ControlFailure) {
    let rows = sandboxes.map(ForeignRow.init).filter { $0.mark.utf8.count <= 1 << 20 }
    try await execute(
      """
      WITH n AS (
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
          $8::uuid[], $9::text[]) n (id, team, title, desired, state, reason, mark, labelled, created)
      ), written AS (
        INSERT INTO paddock.session AS s (id, team, team_id, agent, runtime, title, desired, generation, state,
          state_reason, state_since, created_at, foreign_sandbox)
        SELECT n.id, t.name, t.id, 'foreign', 'other', n.title, n.desired, 1, n.state, n.reason, now(),
          n.created::timestamptz, n.mark::json
        FROM n CROSS JOIN LATERAL (
          SELECT name, id FROM paddock.team WHERE name IN (n.team, '\(ResourceName.unownedText)')
          ORDER BY name = '\(ResourceName.unownedText)' LIMIT 1) t
        WHERE NOT EXISTS (SELECT FROM paddock.session o WHERE o.id = n.labelled AND o.foreign_sandbox IS NULL)
          -- Of a team that is gone: its identity is kept, its row is not.
          AND (EXISTS (SELECT FROM paddock.session o WHERE o.id = n.id)
            OR NOT EXISTS (SELECT FROM paddock.session_identity i WHERE i.id = n.id))
        ON CONFLICT (id) DO UPDATE SET
          desired = excluded.desired, state = excluded.state, state_reason = excluded.state_reason,
          state_since = CASE WHEN s.state = excluded.state THEN s.state_since ELSE now() END,
          generation = s.generation + CASE
            WHEN s.foreign_sandbox::text = excluded.foreign_sandbox::text THEN 0
            -- Members of a json with an escape that cannot be read here would fail the statement for all.
            WHEN strpos(s.foreign_sandbox::text || excluded.foreign_sandbox::text, chr(92) || 'u') > 0 THEN 1
            WHEN s.foreign_sandbox ->> 'resourceVersion' = excluded.foreign_sandbox ->> 'resourceVersion' THEN 0
            ELSE 1 END,
          foreign_sandbox = excluded.foreign_sandbox, gone_at = NULL
        -- An id that was given away before, or whose history was purged, is left alone.
        WHERE s.foreign_sandbox IS NOT NULL AND s.purged_at IS NULL
        RETURNING id
      )
      SELECT paddock.tell_sessions(array_agg(id)) FROM written
      """,
      [
        .uuidArray(rows.map(\.id)), .textArray(rows.map(\.team)), .textArray(rows.map(\.title)),
        .textArray(rows.map(\.desired)), .textArray(rows.map(\.state)), .textArray(rows.map(\.reason)),
        .textArray(rows.map(\.mark)), .uuidArray(rows.map(\.labelled)), .textArray(rows.map(\.created)),
      ])
  }

  package func forsake(_ ids: Set<SessionID>) async throws(ControlFailure) {
    try await execute(
      """
      WITH changed AS (
        UPDATE paddock.session s SET gone_at = now(), desired = 'killed', state_since = now(),
          (state, state_reason) = (
            SELECT CASE WHEN count(*) > 0 THEN 'killed' ELSE 'finished' END, 'its sandbox is gone'
            FROM paddock.operation o
            WHERE o.session_id = s.id AND o.kind = 'session.kill' AND o.outcome <> 'failed')
        WHERE id = ANY ($1) AND foreign_sandbox IS NOT NULL AND gone_at IS NULL RETURNING id
      )
      SELECT paddock.tell_sessions(array_agg(id)) FROM changed
      """, [.uuidArray(ids.map(\.text))])
  }

  package func setRuntime(_ runtime: RuntimeName, of id: SessionID) async throws(ControlFailure) {
    try await execute(
      "UPDATE paddock.session SET runtime = $2 WHERE id = $1 AND foreign_sandbox IS NOT NULL",
      [.uuid(id), .text(runtime.rawValue)])
  }

  package func lastEvents(of id: SessionID, limit: Int) async throws(ControlFailure) -> [Event] {
    try await events(of: id, .last, limit: limit)
  }

  private static let foreign = """
    SELECT \(SessionRow.columns), s.projection, s.gone_at IS NOT NULL AS is_gone FROM paddock.session s
    WHERE s.foreign_sandbox IS NOT NULL AND s.purged_at IS NULL
    """

  private static func readForeign(_ row: PostgresRow) throws -> ForeignSession {
    ForeignSession(
      session: try SessionRow.read(row), projection: SessionProjection(json: try row.object("projection")),
      isGone: try row.bool("is_gone"))
  }
}

/// What is seen of a foreign sandbox, as parameters.
private struct ForeignRow {
  /// No session has this id: version 0 of nothing.
  private static let none = "00000000-0000-0000-0000-000000000000"

  let id: String
  let team: String
  let title: String
  let desired: String
  let state: String
  let reason: String
  let mark: String
  let labelled: String
  let created: String

  init(_ mirror: ForeignMirror) {
    let sandbox = mirror.sandbox
    id = sandbox.id.text
    team = sandbox.team?.text ?? ""
    title = (sandbox.team == nil ? "\(sandbox.mark.namespace)/\(sandbox.mark.name)" : sandbox.mark.name)
      .storable(within: 1_024)
    desired = (sandbox.operatingMode == .running ? DesiredState.running : .suspended).rawValue
    state = mirror.state.rawValue
    reason = mirror.reason.storable(within: 8_192)
    mark = JSONValue.object(sandbox.mark.json).text
    labelled = sandbox.labelledSession?.text ?? Self.none
    created = sandbox.createdAt.storable.description
  }
}
