extension Migration {
  /// What was spent when, for totals of a day that no purge takes away.
  static let usage = Migration(
    number: 8, name: "usage",
    sql: #"""
      CREATE TABLE paddock.usage (
        team text NOT NULL REFERENCES paddock.team (name) ON DELETE CASCADE,
        -- The beginning of a quarter of an hour, since the days of all time zones are made of these.
        quarter timestamptz NOT NULL,
        cost_micro bigint NOT NULL,
        tokens bigint NOT NULL,
        PRIMARY KEY (team, quarter)
      );
      ALTER TABLE paddock.usage ENABLE ROW LEVEL SECURITY;
      CREATE POLICY member ON paddock.usage USING (team = ANY (ARRAY(SELECT paddock.my_teams())));
      GRANT SELECT ON paddock.usage TO paddock_viewer;
      GRANT INSERT, UPDATE (cost_micro, tokens) ON paddock.usage TO paddock_core;
      """#)
}
