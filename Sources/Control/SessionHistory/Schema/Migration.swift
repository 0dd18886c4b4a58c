/// One step of the schema; numbered without gaps, never changed once released.
struct Migration: Sendable {
  var number: Int
  var name: String
  var sql: String

  static let all: [Migration] = [
    Migration(1, "access", PackageResources._001_access_sql),
    Migration(2, "sessions", PackageResources._002_sessions_sql),
    Migration(3, "operations", PackageResources._003_operations_sql),
    Migration(4, "teams", PackageResources._004_teams_sql),
    Migration(5, "search", PackageResources._005_search_sql),
    Migration(6, "searching", PackageResources._006_searching_sql),
    Migration(7, "secrets", PackageResources._007_secrets_sql),
    Migration(8, "usage", PackageResources._008_usage_sql),
    Migration(9, "engine", PackageResources._009_engine_sql),
    Migration(10, "sandbox reports", PackageResources._010_sandbox_reports_sql),
    Migration(11, "team quotas", PackageResources._011_team_quotas_sql),
    Migration(12, "foreign sandboxes", PackageResources._012_foreign_sandboxes_sql),
    Migration(13, "engine cluster", PackageResources._013_engine_cluster_sql),
    Migration(14, "honest operations", PackageResources._014_honest_operations_sql),
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
