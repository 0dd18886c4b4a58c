/// Cores that share, and ask nothing any more: stopped, hung, or cut off without a word. Their connections live on with
/// all that they have locked, since the kernel answers for a process that is stopped.
///
/// The server itself knows when each connection was last spoken on, so no core has to write that down. It tells a role
/// of itself, of roles that it is a member of, and of all with `pg_read_all_stats`; of others the times are empty, and
/// they are left alone.
enum SilentCores {
  /// Ends the connections of their processes, those that may be within a transaction too. Says whose they were.
  ///
  /// A connection that the server is busy with is not silent: nobody else would have an answer sooner.
  static let end = """
    WITH silent AS MATERIALIZED (
      SELECT a.pid, a.usesysid, a.application_name FROM pg_locks k JOIN pg_stat_activity a USING (pid)
      WHERE k.locktype = 'advisory' AND k.granted AND k.mode = 'ShareLock'
        AND (k.classid, k.objid) = (\(AdvisoryLock.lease)) AND k.objsubid = 2 AND a.datname = current_database()
        AND a.wait_event = 'ClientRead' AND a.state_change < clock_timestamp() - make_interval(secs => $1)
    )
    SELECT s.pid, pg_terminate_backend(b.pid) AS ended FROM silent s JOIN pg_stat_activity b
      ON b.pid = s.pid OR (b.datname = current_database() AND b.usesysid = s.usesysid
        AND b.application_name = s.application_name AND s.application_name LIKE '\(ProcessName.prefix)%')
    WHERE b.pid <> pg_backend_pid()
    """
}

/// The `application_name` of all connections of one process: what tells which end with it.
enum ProcessName {
  static let prefix = "paddock process "

  static func make() -> String { prefix + String(UInt64.random(in: 0 ... .max), radix: 36) }
}
