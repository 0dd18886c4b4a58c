extension Migration {
  /// Which engine the living sessions have their sandboxes on. Those that were there before were on this machine.
  static let engine = Migration(
    number: 9, name: "engine",
    sql: #"""
      CREATE TABLE paddock.engine (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        name text NOT NULL
      );
      INSERT INTO paddock.engine (name) SELECT 'local'
      WHERE EXISTS (SELECT FROM paddock.session WHERE purged_at IS NULL AND desired <> 'archived');
      GRANT SELECT ON paddock.engine TO paddock_viewer;
      GRANT INSERT, UPDATE ON paddock.engine TO paddock_core;
      """#)
}
