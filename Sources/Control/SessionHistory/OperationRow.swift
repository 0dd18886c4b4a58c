import ControlModel
import PostgresClient

/// An operation as a row of `paddock.operation`.
enum OperationRow {
  static let columns = """
    id, kind, team, session_id, subject, generation, argument, actor, reason, requested_at, outcome, failure, \
    completed_at
    """

  static func read(_ row: PostgresRow) throws -> Operation {
    Operation(
      id: try row.operationID("id"), kind: try row.word("kind"), team: try row.name("team"),
      session: try row.optionalUUID("session_id").flatMap { SessionID($0) }, subject: try row.optionalText("subject"),
      generation: try row.optionalInt("generation").map { Int($0) }, argument: try row.optionalText("argument"),
      actor: try row.text("actor"), reason: try row.optionalText("reason"), requestedAt: try row.time("requested_at"),
      outcome: try outcome(row),
      completedAt: try row.optionalTime("completed_at"))
  }

  static func word(_ outcome: Operation.Outcome) -> String {
    switch outcome {
    case .pending: "pending"
    case .succeeded: "succeeded"
    case .failed: "failed"
    }
  }

  static func failure(_ outcome: Operation.Outcome) -> String? {
    if case .failed(let why) = outcome { why } else { nil }
  }

  private static func outcome(_ row: PostgresRow) throws -> Operation.Outcome {
    switch try row.text("outcome") {
    case "succeeded": .succeeded
    case "failed": .failed(try row.optionalText("failure") ?? "")
    case "pending": .pending
    case let word:
      throw ControlFailure(
        .malformed, "The database has '\(word.prefix(80))' in the column 'outcome', which is no outcome.")
    }
  }
}
