package import ControlModel
import PostgresClient

extension PostgresSessionStore: TranscriptStore, ImportKeeper {
  package func beginImport(
    of source: String, into team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) -> OperationID {
    let operation = OperationID.make(at: .now())
    try await execute(
      "SELECT paddock.begin_import($1, $2, $3, $4, $5)",
      [.uuid(operation), .text(team), .free(source), .free(actor), .free(reason)])
    return operation
  }

  package func finishImport(_ operation: OperationID, _ outcome: Operation.Outcome) async throws(ControlFailure) {
    try await complete(operation, outcome)
  }

  package func endLostImports() async throws(ControlFailure) {
    let lost = try await query(
      """
      SELECT o.id FROM paddock.operation o
      WHERE o.outcome = 'pending' AND o.kind = 'import' AND CASE
        -- Of a release that did not note by which connection.
        WHEN o.subject IS NULL THEN o.requested_at < now() - interval '1 day'
        WHEN EXISTS (SELECT FROM pg_stat_activity a WHERE a.application_name = o.subject)
          THEN o.requested_at < now() - interval '7 days'
        ELSE o.requested_at < now() - interval '1 minute' END
      """, []
    ) { try $0.operationID("id") }
    for operation in lost {
      try await complete(
        operation, .failed("The importer ended before it was done. What it had read is there; import once more."))
    }
  }

  package func importTranscript(
    _ transcript: ImportedTranscript, events: [ImportedEvent]
  ) async throws(ControlFailure) -> ImportCount {
    try await transaction { connection in
      let (session, isNew, projection) = try await prepareSession(transcript, connection)
      let heads = try await lockHeads([session], connection)
      guard let head = heads[session] else { throw missingSession(session) }
      let added = try await claim(events, session, head, connection)
      if !added.isEmpty {
        try await makePartitions(of: [session], connection)
        let batch = batch(of: added, session, behind: projection)
        try await append([batch], heads, connection)
        try await settle(batch, connection)
      }
      return ImportCount(
        session: session, isNewSession: isNew, added: added.count, duplicates: events.count - added.count)
    }
  }

  /// Finds or makes the session. The row stays locked, so imports of one conversation come one after the other.
  private func prepareSession(
    _ transcript: ImportedTranscript, _ connection: PostgresConnection
  ) async throws -> (SessionID, isNew: Bool, SessionProjection) {
    let id = SessionID.make(at: transcript.createdAt)
    let rows = try await connection.query(
      """
      INSERT INTO paddock.session AS s (id, team, team_id, agent, runtime, title, desired, generation, state, \
      state_reason, state_since, created_at, runtime_session_id)
      SELECT $1, t.name, t.id, $3, $4, $5, 'archived', 0, 'finished', 'imported', $6, $6, $7
      FROM paddock.team t WHERE t.name = $2
      ON CONFLICT (team, runtime, runtime_session_id) WHERE desired = 'archived' DO UPDATE SET
        title = coalesce(nullif(excluded.title, ''), s.title), created_at = least(s.created_at, excluded.created_at)
      RETURNING id, projection
      """,
      [
        .uuid(id), .text(transcript.team), .text(transcript.agent), .text(transcript.runtime.rawValue),
        .text(transcript.title.storable(within: 4_096)), .time(transcript.createdAt),
        .free(transcript.runtimeSessionID),
      ])
    guard let row = rows.first else {
      throw ControlFailure(
        .notFound, "There is no team '\(transcript.team)'.",
        hint: "An administrator makes it with `paddock team create`.")
    }
    let session = try row.sessionID("id")
    return (session, session == id, SessionProjection(json: try row.object("projection")))
  }

  /// The events whose keys were not there, in their order; their keys are there from now on.
  private func claim(
    _ events: [ImportedEvent], _ session: SessionID, _ head: SessionHead, _ connection: PostgresConnection
  ) async throws -> [ImportedEvent] {
    let rows = try await connection.query(
      """
      WITH offered AS (
        SELECT md5(key)::uuid AS key, min(place) AS place
        FROM unnest($2::text[]) WITH ORDINALITY o (key, place) GROUP BY 1
      ), claimed AS (
        INSERT INTO paddock.imported_record (session_id, key, team_id)
        SELECT $1, key, $3 FROM offered ON CONFLICT DO NOTHING RETURNING key
      )
      SELECT place FROM offered JOIN claimed USING (key) ORDER BY place
      """, [.uuid(session), .textArray(events.map(\.key.storable)), .int4(head.team)])
    return try rows.map { events[Int(try $0.int("place")) - 1] }
  }

  private func batch(
    of events: [ImportedEvent], _ session: SessionID, behind projection: SessionProjection
  ) -> RecordedBatch {
    var projection = projection
    var numbered: [Event] = []
    for event in events {
      let next = Event(seq: projection.lastSeq + 1, time: event.time, content: event.content)
      projection.apply(next)
      numbered.append(next)
    }
    return RecordedBatch(session: session, events: numbered, projection: projection)
  }

  /// An imported session does nothing: its state is as old as its last event.
  private func settle(_ batch: RecordedBatch, _ connection: PostgresConnection) async throws {
    try await connection.execute(
      "UPDATE paddock.session SET now = '', state_since = greatest(state_since, last_event_at) WHERE id = $1",
      [.uuid(batch.session)])
  }
}
