extension Migration {
  /// Full text: a table of its own, filled behind the recorder so that recording does not wait for it.
  static let search = Migration(
    number: 5, name: "search",
    sql: #"""
      CREATE TABLE paddock.event_search (
        session_id uuid NOT NULL,
        seq bigint NOT NULL,
        time timestamptz NOT NULL,
        team_id integer NOT NULL,
        words tsvector NOT NULL,
        PRIMARY KEY (session_id, seq)
      );
      -- The planner chooses by the word: a rare one by the first, a common one backwards along the second.
      CREATE INDEX event_search_words ON paddock.event_search USING gin (words);
      CREATE INDEX event_search_time ON paddock.event_search (time, session_id, seq);
      ALTER TABLE paddock.event_search ALTER COLUMN words SET STATISTICS 1000;
      ALTER TABLE paddock.event_search ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.event_search USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
      GRANT SELECT ON paddock.event_search TO paddock_viewer;
      GRANT INSERT, DELETE ON paddock.event_search TO paddock_core;

      -- How far each session is findable. Not a column of session: that row belongs to the recorder.
      CREATE TABLE paddock.search_cursor (
        session_id uuid PRIMARY KEY,
        team_id integer NOT NULL,
        seq bigint NOT NULL
      ) WITH (fillfactor = 50);
      ALTER TABLE paddock.search_cursor ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.search_cursor USING (team_id = ANY (ARRAY(SELECT paddock.my_team_ids())));
      GRANT SELECT ON paddock.search_cursor TO paddock_viewer;
      GRANT INSERT, UPDATE, DELETE ON paddock.search_cursor TO paddock_core;

      -- Punctuation parts words, so that Month is found in Sources/Month.swift; queries are treated alike. The cut
      -- keeps the vector below its limit of 1 MB whatever the text is.
      CREATE FUNCTION paddock.words_of(content text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
        AS $$
          SELECT to_tsvector('pg_catalog.simple', \#(parted("left(content, 32768)")))
        $$;

      -- With the owner's rights, because row-level security would keep @@, which is not leakproof, from the index:
      -- the caller's teams are therefore a condition of the query itself.
      CREATE FUNCTION paddock.search(
          query_text text, marks text[], of_team text, of_session uuid,
          before_time timestamptz, before_session uuid, before_seq bigint, row_limit bigint)
        RETURNS TABLE (session_id uuid, team text, title text, seq bigint, "time" timestamptz, kind text, excerpt text)
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        SET plan_cache_mode = force_custom_plan SET jit = off
        AS $$
        DECLARE
          query tsquery := websearch_to_tsquery('pg_catalog.simple', query_text);
          teams integer[] := ARRAY(SELECT t.id FROM paddock.my_team_rows() t WHERE of_team IS NULL OR t.name = of_team);
        BEGIN
          IF numnode(query) = 0 THEN RETURN; END IF;
          RETURN QUERY
            WITH hit AS MATERIALIZED (
              SELECT s.session_id, s.seq, s.time FROM paddock.event_search s
              WHERE s.words @@ query AND s.team_id = ANY (teams)
                AND (of_session IS NULL OR s.session_id = of_session)
                AND (before_time IS NULL
                  OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq))
              ORDER BY s.time DESC, s.session_id DESC, s.seq DESC LIMIT row_limit
            )
            SELECT h.session_id, n.team, n.title, h.seq, h.time, e.kind, x.excerpt
            FROM hit h
            JOIN paddock.event e ON e.session_id = h.session_id AND e.seq = h.seq
            JOIN paddock.session n ON n.id = h.session_id
            CROSS JOIN LATERAL (SELECT left(concat_ws(' ', e.name, e.text), 32768) AS shown) c
            CROSS JOIN LATERAL (
              SELECT coalesce(min(nullif(strpos(lower(c.shown), m.mark), 0)), 1) AS place FROM unnest(marks) m (mark)
            ) p
            CROSS JOIN LATERAL (
              SELECT regexp_replace(substr(c.shown, greatest(1, p.place - 60), 240), '\s+', ' ', 'g') AS excerpt
            ) x
            ORDER BY h.time DESC, h.session_id DESC, h.seq DESC;
        END $$;
      REVOKE EXECUTE ON FUNCTION paddock.search FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION paddock.search TO paddock_viewer;
      """#)

  /// A call of `replace` for each character: one of `translate` for all of them takes ten times as long in UTF-8.
  private static func parted(_ text: String) -> String {
    #"/\._-:=@#,;()[]{}<>"|&*+?!$%^~`'"#.reduce(text) { text, character in
      "replace(\(text), '\(character == "'" ? "''" : String(character))', ' ')"
    }
  }
}
