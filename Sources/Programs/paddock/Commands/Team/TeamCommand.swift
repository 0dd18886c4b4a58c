import ArgumentParser
import ControlModel

struct TeamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "team", abstract: "Tenants: create, list and delete.",
    subcommands: [TeamCreate.self, TeamList.self, TeamDelete.self])
}

struct TeamCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "create", abstract: "Create a team and its role.")

  @Argument(help: "Lower-case letters, digits and '-'.") var name: String
  @Option(help: "Why; kept with the operation.") var reason: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try ResourceName(name, of: "team name")
    let team = try await common.withStores { stores in
      try await stores.history.createTeam(name, actor: stores.actor, reason: reason)
    }
    Report.print(team.json, as: common.output) { "Team \(team.name) was created.\n" }
  }
}

struct TeamList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the teams you may see.")

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let teams = try await common.withStores { try await $0.history.teams() }
    Report.print(.array(teams.map(\.json)), as: common.output) {
      var table = Table(columns: ["TEAM", "CREATED"])
      for team in teams { table.add(team.name.text, team.createdAt.description) }
      return table.text
    }
  }
}

struct TeamDelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a team that has no sessions left.")

  @Argument var name: String
  @OptionGroup var consent: Consent
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try ResourceName(name, of: "team name")
    try await common.withStores { stores in
      try consent.obtain("Delete team '\(name)' with its agents and secrets?")
      try await stores.history.deleteTeam(name, actor: stores.actor, reason: consent.reason)
    }
    Report.print(["deleted": .string(name.text)], as: common.output) { "Team \(name) was deleted.\n" }
  }
}
