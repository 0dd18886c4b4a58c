extension Migration {
  /// Sessions and their events.
  static let sessions = Migration(
    number: 2, name: "sessions",
    sql: #"""
      CREATE TABLE paddock.session (
        id uuid PRIMARY KEY,
        team text NOT NULL,
        team_id integer NOT NULL,
        agent text NOT NULL,
        runtime text NOT NULL,
        title text NOT NULL,
        desired text NOT NULL,
        generation integer NOT NULL,
        state text NOT NULL,
        state_reason text NOT NULL DEFAULT '',
        state_since timestamptz NOT NULL,
        now text NOT NULL DEFAULT '',
        -- The highest seq: recording goes on behind it, under this row's lock.
        events bigint NOT NULL DEFAULT 0,
        turns bigint NOT NULL DEFAULT 0,
        tokens_input bigint NOT NULL DEFAULT 0,
        tokens_output bigint NOT NULL DEFAULT 0,
        tokens_cache_read bigint NOT NULL DEFAULT 0,
        tokens_cache_write bigint NOT NULL DEFAULT 0,
        cost_micro bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        last_event_at timestamptz,
        runtime_session_id text,
        projection json NOT NULL DEFAULT '{}',
        purged_at timestamptz,
        FOREIGN KEY (team, team_id) REFERENCES paddock.team (name, id)
      ) WITH (fillfactor = 50);
      -- No index covers a column that recording changes, so that its updates stay within a page.
      CREATE INDEX session_team ON paddock.session (team) WHERE purged_at IS NULL;

      ALTER TABLE paddock.session ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.session USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      GRANT SELECT ON paddock.session TO paddock_viewer;
      GRANT INSERT ON paddock.session TO paddock_operator;
      GRANT INSERT, UPDATE ON paddock.session TO paddock_core;

      -- No foreign key: it would be checked for every row of a COPY. The recorder holds the session's row instead.
      CREATE TABLE paddock.event (
        session_id uuid NOT NULL,
        seq bigint NOT NULL CHECK (seq > 0),
        time timestamptz NOT NULL,
        team_id integer NOT NULL,
        is_error boolean NOT NULL,
        kind text NOT NULL,
        text text NOT NULL,
        name text,
        call_id text,
        parent_call_id text,
        message_id text,
        tokens_input bigint,
        tokens_output bigint,
        tokens_cache_read bigint,
        tokens_cache_write bigint,
        cost_micro bigint,
        duration_ms bigint,
        detail json,
        -- The runtime's record byte for byte: json or jsonb would check or change it.
        raw text,
        PRIMARY KEY (session_id, seq)
      );
      CREATE INDEX event_user ON paddock.event (session_id, seq) WHERE kind = 'user';
      CREATE INDEX event_tool_error ON paddock.event (session_id, seq) WHERE kind = 'tool.result' AND is_error;
      CREATE INDEX event_approval ON paddock.event (session_id, seq) WHERE kind = 'approval.request';
      -- Compression with pglz costs more than all the rest of recording; a server without lz4 does without.
      DO $do$ BEGIN
        ALTER TABLE paddock.event ALTER COLUMN raw SET COMPRESSION lz4, ALTER COLUMN text SET COMPRESSION lz4;
      EXCEPTION WHEN feature_not_supported THEN NULL;
      END $do$;
      -- Insert-only: only freezing needs a vacuum, and statistics change slowly.
      ALTER TABLE paddock.event SET (autovacuum_analyze_scale_factor = 0.1);

      ALTER TABLE paddock.event ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.event USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
      GRANT SELECT ON paddock.event TO paddock_viewer;
      GRANT INSERT, DELETE ON paddock.event TO paddock_core;

      -- Which records of a transcript a session already has: a digest of the importer's key.
      CREATE TABLE paddock.imported_record (
        session_id uuid NOT NULL,
        key uuid NOT NULL,
        team_id integer NOT NULL,
        PRIMARY KEY (session_id, key)
      );
      CREATE UNIQUE INDEX session_imported ON paddock.session (team, runtime, runtime_session_id)
        WHERE desired = 'archived';
      ALTER TABLE paddock.imported_record ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.imported_record USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
      GRANT SELECT, INSERT, DELETE ON paddock.imported_record TO paddock_core;
      """#)
}
