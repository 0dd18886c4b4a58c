import ArgumentParser
import ControlModel

struct UnreadableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unreadable",
    abstract: "Rows of the database that cannot be read: list them, get them out of the way.",
    discussion: "They stop nothing: what is asked for is answered without them.",
    subcommands: [UnreadableList.self, UnreadableRemove.self])
}

struct UnreadableList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the rows that cannot be read, and why.",
    discussion: "Of operations the last 10,000 are looked at. Events that cannot be read say so in their own place.")

  @OptionGroup var common: CommonOptions

  func run() async throws {
    // Gathered apart: they are the answer here, not what is left out of one.
    let rows = try await common.withStores { try await $0.history.unreadableRows() }
    Report.print(.array(rows.filter { !$0.isLeftOut }.map(\.json)), as: common.output) {
      var table = Table(columns: ["TABLE", "ROW", "REASON"])
      for row in rows { table.add(row.relation, row.id, row.reason) }
      return table.text
    }
  }
}

struct UnreadableRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Set a row aside; a session or a team is put right where it stands.",
    discussion: "For admins. What the row was is kept: see `paddock set-aside list`.")

  @Argument(help: "The table, as `list` names it.") var relation: String
  @Argument(help: "The row, as `list` names it.") var row: String
  @OptionGroup var consent: Consent
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try consent.obtain("Set the row '\(row)' of '\(relation)' aside?")
    let isChanged = try await common.withStores { stores in
      try await stores.history.removeRow(row, of: relation, actor: stores.actor, reason: consent.reason)
    }
    let json: JSONValue = ["relation": .string(relation), "id": .string(row), "changed": .bool(isChanged)]
    Report.print(json, as: common.output) {
      "\(SafeText.line("\(relation) \(row)")): \(isChanged ? "set aside" : "nothing had to be put right").\n"
    }
  }
}
