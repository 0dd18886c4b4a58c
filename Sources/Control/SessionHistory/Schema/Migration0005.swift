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
        -- Its team, its stretch of its session and its stretches of time: in the index beside the words, so that a
        -- search reads the entries of one stretch and not all that a common word has.
        places bigint[] NOT NULL,
        PRIMARY KEY (session_id, seq)
      );
      CREATE INDEX event_search_words ON paddock.event_search USING gin (words, places);
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

      """#)

  /// A call of `replace` for each character: one of `translate` for all of them takes ten times as long in UTF-8.
  private static func parted(_ text: String) -> String {
    #"/\._-:=@#,;()[]{}<>"|&*+?!$%^~`'"#.reduce(text) { text, character in
      "replace(\(text), '\(character == "'" ? "''" : String(character))', ' ')"
    }
  }
}
