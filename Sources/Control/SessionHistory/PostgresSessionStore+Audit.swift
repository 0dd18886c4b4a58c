package import ControlModel
import PostgresClient

/// What checking a team's audit found.
package enum AuditVerdict: Sendable, Hashable {
  /// The hash of the last entry, in hexadecimal: kept elsewhere, it shows whether a whole chain was made anew.
  case intact(entries: Int64, head: String)
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
      "SELECT number, encode(hash, 'hex') AS hash FROM paddock.audit_head WHERE team = $1", [.text(team)]
    ) { AuditVerdict.intact(entries: try $0.int("number"), head: try $0.text("hash")) }
    return head.first ?? .intact(entries: 0, head: "")
  }
}
