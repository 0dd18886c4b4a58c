extension Migration {
  /// Which cluster the engine is of; all empty for `local`, and for what was written down before this.
  static let engineCluster = Migration(
    number: 13, name: "engine cluster",
    sql: #"""
      ALTER TABLE paddock.engine
        ADD COLUMN cluster_uid text,
        ADD COLUMN server text,
        ADD COLUMN authority text,
        ADD CHECK ((server IS NULL) = (authority IS NULL) AND (server IS NOT NULL OR cluster_uid IS NULL));
      """#)
}
