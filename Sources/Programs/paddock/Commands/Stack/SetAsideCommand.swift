import ArgumentParser
import ControlModel

struct SetAsideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-aside", abstract: "Rows that a stricter rule or an admin took out of their tables.",
    subcommands: [SetAsideList.self])
}

struct SetAsideList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what was set aside and why, newest first.",
    discussion: "For admins. With --output json, what the rows held is in it.")

  @Option(help: "How many at most.") var limit = 1_000
  @OptionGroup var common: CommonOptions

  mutating func validate() throws {
    guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 100000.") }
  }

  func run() async throws {
    let rows = try await common.withStores { try await $0.history.setAsideRows(limit: limit) }
    Report.print(.array(rows.map(\.json)), as: common.output) {
      var table = Table(columns: ["NUMBER", "TIME", "TABLE", "REASON", "ROW"])
      for row in rows {
        table.add(
          String(row.number), row.time.description, row.relation, row.reason, String(row.content.prefix(120)))
      }
      return table.text
    }
  }
}
