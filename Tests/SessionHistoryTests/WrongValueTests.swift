import ControlModel
import Foundation
import PostgresClient
import SeededNumbers
import Testing

@testable import SessionHistory

/// Writes every wrong value into every column that there is, past all rules, and sees all others served.
@Suite struct WrongValueTests {
  @Test(.timeLimit(.minutes(20))) func noWrongValueStopsAnything() async throws {
    let seed = SeededNumbers.seed(of: "WrongValueTests")
    try await HistoryFixture.with { fixture in
      let world = try await SpoiledWorld(fixture)
      var random = SeededNumbers(seed)
      for column in try await world.columns() {
        for value in column.values(&random) {
          guard let place = try await world.write(value, into: column) else { continue }
          await world.check("seed \(seed): \(column.table).\(column.name) := \(value.prefix(60))", column)
          try await world.restore(column, place)
        }
      }
      #expect(world.written > 400)
    }
  }
}

/// A column, and what may not be in it.
struct SpoiledColumn {
  let table: String
  let name: String
  let type: String

  /// As SQL. The server refuses some for the column's type, which is an answer, too.
  func values(_ random: inout SeededNumbers) -> [String] {
    let number = Int64(bitPattern: random.next())
    switch type {
    case "text", "name": return texts(&random)
    case "json": return Self.jsons + ["to_json(\(number)::bigint)", "to_json(repeat('x', 10485760))"]
    case "jsonb": return ["'{}'", "'[]'", "'null'", "NULL"]
    case "timestamp with time zone":
      return ["'infinity'", "'-infinity'", "'epoch'", "'294276-01-01'", "'4713-01-01 BC'", "'9999-12-31'", "NULL"]
        + ["to_timestamp(\(number % 100_000_000_000))"]
    case "bigint": return ["-1", "0", "9223372036854775807", "'-9223372036854775808'", "'\(number)'", "NULL"]
    case "integer": return ["-1", "0", "2147483647", "'-2147483648'", "'\(number % 2_000_000_000)'", "NULL"]
    case "date": return ["'infinity'", "'-infinity'", "'5874897-12-31'", "'4713-01-01 BC'", "'2026-11-03'", "NULL"]
    case "boolean": return ["true", "false", "NULL"]
    case "uuid": return ["'00000000-0000-0000-0000-000000000000'", "gen_random_uuid()", "NULL"]
    case "bytea": return ["''", "convert_to(repeat('x', 10485760), 'UTF8')", "NULL"]
    case "bigint[]": return ["'{}'", "'{NULL}'", "'{{1,2},{3,4}}'", "NULL"]
    case "text[]": return ["'{}'", "'{NULL}'", "'{\"\",bogus}'", "NULL"]
    case "inet": return ["'0.0.0.0'", "'::1'", "NULL"]
    case "tsvector": return ["''", "NULL"]
    default:
      Issue.record("The type \(type) of \(table).\(name) is new: say here what is wrong for it.")
      return []
    }
  }

  private func texts(_ random: inout SeededNumbers) -> [String] {
    let scalars = (0..<Int.random(in: 1...40, using: &random)).map { _ in
      String(UInt32.random(in: 1...0xD7FF, using: &random))
    }
    return [
      "''", "'bogus'", "'session.tomorrow'", "'UPPER case'", "'../..'", #"E'\x01\x1b[31m\u009b'"#, "'a,b'", "'-1'",
      "repeat('x', 10485760)", "NULL", scalars.map { "chr(\($0))" }.joined(separator: " || "),
    ]
  }

  private static let jsons = [
    "'{}'", "'[]'", "'null'", "'1'", #"'"\u0000"'"#, #"'{"a":"\u0000"}'"#, #"'{"resourceVersion":"\ud800"}'"#,
    #"'{"lastSeq":9223372036854775807}'"#, #"'{"lastSeq":-1,"openApprovals":[1,null],"tokens":"many"}'"#,
    #"'{"runtime":"exec","limits":{"cpu":1e999}}'"#, #"'{"runtime":"tomorrow"}'"#, "NULL",
  ]
}
