/// One step of the schema; numbered without gaps, never changed once released.
struct Migration: Sendable {
  var number: Int
  var name: String
  var sql: String

  static let all: [Migration] = [
    .access, .sessions, .operations, .teams, .search, .searching, .secrets, .usage, .engine, .sandboxReports,
    .teamQuotas, .foreignSandboxes, .engineCluster, .honestOperations,
    Migration(15, "people", PackageResources._015_people_sql),
    Migration(16, "retention", PackageResources._016_retention_sql),
    Migration(17, "operators", PackageResources._017_operators_sql),
    Migration(18, "limits", PackageResources._018_limits_sql),
    Migration(19, "master key", PackageResources._019_master_key_sql),
    Migration(20, "constraints", PackageResources._020_constraints_sql),
    Migration(21, "own sessions", PackageResources._021_own_sessions_sql),
    Migration(22, "authorisation", PackageResources._022_authorisation_sql),
    Migration(23, "keeping", PackageResources._023_keeping_sql),
    Migration(24, "paused sessions", PackageResources._024_paused_sessions_sql),
    Migration(25, "remains", PackageResources._025_remains_sql),
    Migration(26, "unknown sessions", PackageResources._026_unknown_sessions_sql),
    Migration(27, "doors", PackageResources._027_doors_sql),
    Migration(28, "words", PackageResources._028_words_sql),
  ]
}

extension Migration {
  /// From a file of `SQL/`, which is compiled in under its name; the first digit becomes the underscore.
  private init(_ number: Int, _ name: String, _ file: [UInt8]) {
    self.number = number
    self.name = name
    sql = String(decoding: file, as: UTF8.self)
  }
}
