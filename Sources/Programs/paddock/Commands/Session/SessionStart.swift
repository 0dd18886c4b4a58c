import ArgumentParser
import ControlModel

struct SessionStart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "start", abstract: "Start a session of an agent.")

  @Option(help: "The agent's team.") var team: String
  @Option(help: "The agent.") var agent: String
  @Option(help: "What to list it under. Default: the message's first line, or the agent's name.") var title: String?
  @Option(help: "The first message to the agent.") var message: String?
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let team = try ResourceName(team, of: "team name")
    let agent = try ResourceName(agent, of: "agent name")
    let message = try message.map(MessageText.checked)
    let session = try await common.withStores { stores in
      try await stores.history.startSession(
        StartRequest(
          id: .make(at: .now()), operation: .make(at: .now()), team: team, agent: agent, title: listedTitle,
          message: message, actor: stores.actor, reason: reason))
    }
    Report.print(session.json, as: common.output) { "\(session.id)\n" }
  }

  private var listedTitle: String {
    let line = (title ?? message ?? agent).split(whereSeparator: \.isNewline).first.map(String.init) ?? agent
    return String(line.prefix(120))
  }
}
