package import ControlModel
import PostgresClient

/// What checking a team's audit found.
package enum AuditVerdict: Sendable, Hashable {
  /// The hash of the last entry, in hexadecimal: kept elsewhere, it shows whether a whole chain was made anew.
  /// Entries behind it that the core has not linked yet were compared with their operations, too.
  case intact(entries: Int64, head: String, unlinked: Int64 = 0)
  /// The first entry that is not what it should be.
  case broken(entry: Int64, problem: String)
}

extension PostgresSessionStore {
  /// Recomputes the team's chain from its first entry, and compares the entries with the operations they tell of.
  package func verifyAudit(of team: ResourceName) async throws(ControlFailure) -> AuditVerdict {
    let broken = try await query("SELECT number, problem FROM paddock.verify_audit($1)", [.text(team)]) { row in
      AuditVerdict.broken(entry: try row.int("number"), problem: try row.text("problem"))
    }
    if let verdict = broken.first { return verdict }
    let head = try await query(
      """
      SELECT t.id, coalesce(h.number, 0) AS number, coalesce(encode(h.hash, 'hex'), '') AS hash,
        (SELECT count(*) FROM paddock.audit_entry e WHERE e.team_id = t.id) AS unlinked
      FROM paddock.team t LEFT JOIN paddock.audit_head h ON h.team_id = t.id WHERE t.name = $1
      """, [.text(team)]
    ) { row in
      AuditVerdict.intact(
        entries: try row.int("number"), head: try row.text("hash"), unlinked: try row.int("unlinked"))
    }
    return head.first ?? .intact(entries: 0, head: "")
  }
}
