/// One step of the schema; numbered without gaps, never changed once released.
struct Migration: Sendable {
  var number: Int
  var name: String
  var sql: String

  static let all: [Migration] = [
    .access, .sessions, .operations, .teams, .search, .searching, .secrets, .usage, .engine, .sandboxReports,
    .teamQuotas, .foreignSandboxes, .engineCluster, .honestOperations,
  ]
}
