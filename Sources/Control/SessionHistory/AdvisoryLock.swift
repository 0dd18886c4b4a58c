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
  /// A condition on an oid, by an expression in which nothing is called `core_…`. Asks for nothing that an empty database has not: roles and schema may be
  /// in the making, by somebody whose transaction is not over.
  static func are(of login: String) -> String {
    """
    (EXISTS (SELECT FROM pg_roles core_root WHERE core_root.oid = \(login) AND core_root.rolsuper)
      OR EXISTS (SELECT FROM pg_database core_here
        WHERE core_here.datname = current_database() AND pg_has_role(\(login), core_here.datdba, 'member'))
      OR EXISTS (SELECT FROM pg_roles core_role
        WHERE core_role.rolname = 'paddock_core' AND pg_has_role(\(login), core_role.oid, 'member'))
      OR EXISTS (SELECT FROM pg_namespace core_schema
        WHERE core_schema.nspname = 'paddock' AND pg_has_role(\(login), core_schema.nspowner, 'member')))
    """
  }
}
