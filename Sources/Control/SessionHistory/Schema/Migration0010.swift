extension Migration {
  /// What engines tell of sandboxes, and how they are themselves.
  static let sandboxReports = Migration(
    number: 10, name: "sandbox reports",
    sql: #"""
      CREATE TABLE paddock.sandbox_report (
        session_id uuid PRIMARY KEY REFERENCES paddock.session (id) ON DELETE CASCADE,
        team text NOT NULL,
        -- Not jsonb, which refuses what a cluster may say (U+0000).
        report json NOT NULL,
        written_at timestamptz NOT NULL
      ) WITH (fillfactor = 70);
      ALTER TABLE paddock.sandbox_report ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.sandbox_report USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      GRANT SELECT ON paddock.sandbox_report TO paddock_viewer;
      GRANT INSERT, UPDATE, DELETE ON paddock.sandbox_report TO paddock_core;

      -- By the core's own words. It tells nothing of any team.
      CREATE TABLE paddock.core_status (
        holder text PRIMARY KEY,
        status json NOT NULL,
        written_at timestamptz NOT NULL
      );
      GRANT SELECT ON paddock.core_status TO paddock_viewer;
      GRANT INSERT, UPDATE, DELETE ON paddock.core_status TO paddock_core;
      """#)
}
