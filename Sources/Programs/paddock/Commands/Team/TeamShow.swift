import ArgumentParser
import ClusterTeams
import ControlModel

struct TeamShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a team's quota, and how what it has on the cluster differs from what it should.",
    discussion: "Looks at the cluster with your own kubeconfig, whether or not a core runs, and changes nothing.")

  @Argument var name: String
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try ResourceName(name, of: "team name")
    let installation = common.stack.installation
    let choice = try installation.engineChoice(engine.choice)
    let account = try await common.withStores { stores in
      let team = try await stores.history.team(name)
      let stored = try await stores.history.teamReport(of: name)
      let engine = try await stores.history.engine()
      return TeamAccount(team: team, engine: choice.engine?.rawValue ?? engine?.name, stored: stored)
    }
    var looked: TeamReport?
    if account.engine == EngineName.kubernetes.rawValue {
      looked = await (try choice.teamProvisioner(namespace: account.namespace)).inspect(account.team)
    }
    Report.print(account.json(looked), as: common.output) { account.text(looked) }
  }
}

/// What is known of a team before its cluster is looked at.
struct TeamAccount: Sendable {
  var team: Team
  var engine: String?
  /// What the core found last.
  var stored: StoredTeamReport?

  /// The one that the core keeps: its prefix may be another one than this machine's default.
  var namespace: (team: ResourceName, name: String)? { stored.map { (team.name, $0.report.namespace) } }

  func json(_ looked: TeamReport?) -> JSONValue {
    guard case .object(var object) = team.json else { return team.json }
    object["engine"] = engine.map { .string($0) }
    object["cluster"] = looked.map { .object($0.json) }
    object["inStep"] = looked.map { .bool($0.isInStep) }
    object["core"] = stored.map { stored in
      var core = stored.report.json
      core["checkedAt"] = .string(stored.writtenAt.description)
      return .object(core)
    }
    return .object(object)
  }

  func text(_ looked: TeamReport?) -> String {
    var lines = [
      "team       \(team.name)", "created    \(team.createdAt)", "quota      \(team.quota.shown)",
    ]
    if let looked {
      lines.append("namespace  \(looked.namespace) on \(looked.context) (\(looked.server))")
    } else {
      lines.append("namespace  none: the engine is \(engine ?? "not chosen yet")")
    }
    lines.append("core       \(coreLine)")
    let head = lines.map { SafeText.line($0) + "\n" }.joined()
    return looked.map { head + "\n" + table($0) } ?? head
  }

  private var coreLine: String {
    guard let stored else { return "no core has looked after it yet" }
    let age = Int(Timestamp.now().seconds(since: stored.writtenAt))
    let server = "\(stored.report.namespace) on \(stored.report.server)"
    return "\(age) s ago, \(server): \(stored.report.trouble ?? "all in step")"
  }

  private func table(_ report: TeamReport) -> String {
    var table = Table(columns: ["OBJECT", "STATE"])
    for item in report.items {
      let state = item.problem.map { "\(item.standing): \($0)" } ?? item.standing.description
      table.add("\(item.kind) \(item.name)", state)
    }
    return table.text
  }
}
