/// One step of the schema; numbered without gaps, never changed once released.
struct Migration: Sendable {
  var number: Int
  var name: String
  var sql: String

  static let all: [Migration] = [
    .access, .sessions, .operations, .teams, .search, .searching, .secrets, .usage, .engine, .sandboxReports,
    .teamQuotas, .reserved(12), .engineCluster, .honestOperations,
  ]

  private static func reserved(_ number: Int) -> Migration {
    Migration(number: number, name: "reserved", sql: "SELECT 1")
  }
}
