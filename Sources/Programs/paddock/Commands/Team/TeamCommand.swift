import ArgumentParser
import ControlModel

struct TeamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "team", abstract: "Tenants: create, show, change, list and delete.",
    subcommands: [TeamCreate.self, TeamShow.self, TeamSet.self, TeamList.self, TeamDelete.self])
}

struct TeamCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Create a team and its role.",
    discussion: "With the engine 'kubernetes' the core then makes its namespace and keeps it: see `paddock team show`.")

  @Argument(help: "Lower-case letters, digits and '-'.") var name: String
  @Option(
    help: """
      What its sandboxes may ask of a cluster together, and its journals hold: cpu=8,memory=16Gi,pods=20,\
      storage=100Gi,journalBytes=50Gi,journalEvents=20M,journalEventsPerMinute=300k,journalBytesPerMinute=1Gi.
      """)
  var quota: String?
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try ResourceName(name, of: "team name")
    let quota = try quota.map { text throws(ControlFailure) in try TeamQuota(text) } ?? TeamQuota()
    let team = try await common.withStores { stores in
      try await stores.history.createTeam(name, quota: quota, actor: stores.actor, reason: reason)
    }
    Report.print(team.json, as: common.output) { "Team \(team.name) was created.\n" }
  }
}

struct TeamSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change a team's quota.",
    discussion: "What runs goes on; a core brings the cluster in step within seconds.")

  @Argument var name: String
  @Option(
    help: "Takes the place of the former quota, whole, written as for `team create`; or none.")
  var quota: String
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try ResourceName(name, of: "team name")
    let quota = quota == "none" ? TeamQuota() : try TeamQuota(quota)
    let team = try await common.withStores { stores in
      try await stores.history.changeTeam(name, quota: quota, actor: stores.actor, reason: reason)
    }
    Report.print(team.json, as: common.output) { "The quota of team \(team.name) is \(team.quota.shown).\n" }
  }
}

struct TeamList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the teams you may see.")

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let teams = try await common.withStores { try await $0.history.teams() }
    Report.print(.array(teams.map(\.json)), as: common.output) {
      var table = Table(columns: ["TEAM", "CREATED", "QUOTA", "TROUBLE"])
      for team in teams {
        table.add(team.name.text, team.createdAt.description, team.quota.shown, team.trouble ?? "")
      }
      return table.text
    }
  }
}

struct TeamDelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a team that has no sessions left.",
    discussion: "On a cluster its namespace stays, with all that is in it: kubectl deletes it.")

  @Argument var name: String
  @OptionGroup var consent: Consent
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try ResourceName(name, of: "team name")
    let namespace = try await common.withStores { stores in
      let namespace = try await stores.history.teamReport(of: name)?.report.namespace
      let staying = namespace.map { " The namespace \($0) stays on the cluster." } ?? ""
      try consent.obtain("Delete team '\(name)' with its agents and secrets?\(staying)")
      try await stores.history.deleteTeam(name, actor: stores.actor, reason: consent.reason)
      return namespace
    }
    var json: JSONObject = ["deleted": .string(name.text)]
    json["remainingNamespace"] = namespace.map { .string($0) }
    Report.print(.object(json), as: common.output) {
      let staying = namespace.map {
        SafeText.line("Its namespace stays on the cluster. To delete it: kubectl delete namespace \($0)") + "\n"
      }
      return "Team \(name) was deleted.\n" + (staying ?? "")
    }
  }
}
