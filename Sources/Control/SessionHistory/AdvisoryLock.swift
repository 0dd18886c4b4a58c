/// Keys of `pg_advisory_lock(int, int)`; the first half is "padd" in ASCII. The schema's functions use two more of the
/// same first half: 5 while teams come and go, 6 while ended connections are reported.
///
/// Anybody who may connect can take any key: `paddock.end_intruders` ends whoever has one of these and is no core.
enum AdvisoryLock {
  static let migration = "1885431908, 1"
  static let lease = "1885431908, 2"
  static let search = "1885431908, 3"
  static let engine = "1885431908, 4"
  /// The first half for a class of its own, whose second half is the slot's number.
  static let slots = "1885431909"
}

/// Whose locks count: those of logins that may be cores, or to whom the schema belongs.
enum CoreRights {
  /// A condition on an oid. Asks for nothing that an empty database has not: roles and schema may be
  /// in the making, by somebody whose transaction is not over.
  static func are(of login: String) -> String {
    """
    (EXISTS (SELECT FROM pg_roles r WHERE r.oid = \(login) AND r.rolsuper)
      OR EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND pg_has_role(\(login), d.datdba, 'member'))
      OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'paddock_core' AND pg_has_role(\(login), r.oid, 'member'))
      OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'paddock' AND pg_has_role(\(login), n.nspowner, 'member')))
    """
  }
}
