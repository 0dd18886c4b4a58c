import ArgumentParser
import ControlModel

struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Definitions of agents: apply, list, show and delete.",
    subcommands: [AgentApply.self, AgentList.self, AgentShow.self, AgentDelete.self])
}

struct AgentApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Create agents or change them, as a YAML file declares.")

  @Option(name: [.short, .customLong("file")], help: "The file; '-' reads standard input.") var file: String
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let declarations = try AgentDeclaration.read(file: file)
    let agents = try await common.withStores { stores in
      var agents: [Agent] = []
      for declaration in declarations {
        agents.append(
          try await stores.history.applyAgent(
            declaration.name, of: declaration.team, spec: declaration.spec, actor: stores.actor))
      }
      return agents
    }
    for agent in agents {
      for warning in agent.spec.warnings {
        StandardError.say("paddock: agent \(agent.team)/\(agent.name): \(warning)")
      }
    }
    let json = agents.map(\.json)
    Report.print(json.count == 1 ? json[0] : .array(json), as: common.output) {
      agents.map { "Agent \($0.team)/\($0.name) is at revision \($0.revision).\n" }.joined()
    }
  }
}

struct AgentList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List agents.")

  @Option(help: "Only this team's.") var team: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let team = try team.map { try ResourceName($0, of: "team name") }
    let agents = try await common.withStores { try await $0.history.agents(of: team) }
    Report.print(.array(agents.map(\.json)), as: common.output) {
      var table = Table(columns: ["TEAM", "AGENT", "RUNTIME", "NETWORK", "PERMISSIONS", "REVISION"])
      for agent in agents {
        table.add(
          agent.team.text, agent.name.text, agent.spec.runtime.rawValue, agent.spec.network.rawValue,
          agent.spec.permissions.rawValue, String(agent.revision))
      }
      return table.text
    }
  }
}

struct AgentShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one agent's definition.")

  @Argument(help: "TEAM/AGENT") var agent: AgentPath
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let path = agent
    let agent = try await common.withStores { try await $0.history.agent(path.name, of: path.team) }
    Report.print(agent.json, as: common.output) {
      var table = Table(columns: ["FIELD", "VALUE"])
      for member in agent.json.objectValue?.members ?? [] where member.name != "spec" {
        table.add(member.name, member.value.stringValue ?? member.value.text)
      }
      for member in agent.spec.json.members {
        table.add("spec." + member.name, member.value.stringValue ?? member.value.text)
      }
      return table.text
    }
  }
}

struct AgentDelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete an agent's definition; its sessions and their history stay.")

  @Argument(help: "TEAM/AGENT") var agent: AgentPath
  @OptionGroup var consent: Consent
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.withStores { stores in
      try consent.obtain("Delete agent '\(agent)'? Its sessions and their history stay.")
      try await stores.history.deleteAgent(agent.name, of: agent.team, actor: stores.actor, reason: consent.reason)
    }
    Report.print(["deleted": .string("\(agent)")], as: common.output) { "Agent \(agent) was deleted.\n" }
  }
}
