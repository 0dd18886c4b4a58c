/// One step of the schema; numbered without gaps, never changed once released.
struct Migration: Sendable {
  var number: Int
  var name: String
  var sql: String

  static let all: [Migration] = [
    .access, .sessions, .operations, .teams, .search, .searching, .secrets, .usage, .engine, .sandboxReports,
    .teamQuotas, .foreignSandboxes, .engineCluster, .honestOperations,
    Migration(15, "people", PackageResources._015_people_sql),
    Migration(16, "authorisation", PackageResources._016_authorisation_sql),
  ]

  init(number: Int, name: String, sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }

  /// From a file of `SQL/`, which is compiled in under its name; the first digit becomes the underscore.
  private init(_ number: Int, _ name: String, _ file: [UInt8]) {
    self.init(number: number, name: name, sql: String(decoding: file, as: UTF8.self))
  }
}
