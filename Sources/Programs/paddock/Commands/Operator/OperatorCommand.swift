import ArgumentParser
import ControlModel

struct OperatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operator", abstract: "People: their logins, and what each may do in which team.",
    discussion: "docs/operators.md has the roles, and every way to log in.",
    subcommands: [
      OperatorAdd.self, OperatorGrant.self, OperatorRevoke.self, OperatorList.self, OperatorPassword.self,
      OperatorRemove.self,
    ])
}

struct OperatorGrant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Give a person a role in a team, in place of the one that they have there.",
    discussion: "A team's admins may do this in their team, administrators in every one.")

  @Argument var name: String
  @Option(help: "The team.") var team: String
  @Option(
    help: """
      viewer reads; approver decides and sends messages; operator does everything with agents, sessions and secrets; \
      admin gives roles in the team besides.
      """)
  var role: OperatorLevel
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try OperatorName(name)
    let team = try ResourceName(team, of: "team name")
    let level = try await common.withStores { stores in
      try await stores.history.grant(role, in: team, to: name, actor: stores.actor, reason: reason)
    }
    let json: JSONValue = ["name": .string(name.text), "team": .string(team.text), "role": .string(level.rawValue)]
    Report.print(json, as: common.output) { "\(name) is \(level.rawValue) in team \(team)." + note(level) + "\n" }
  }

  private func note(_ level: OperatorLevel) -> String {
    level == role
      ? ""
      : " That is more than was granted: the login is a member of paddock_\(level.rawValue), which counts in "
        + "every team."
  }
}

struct OperatorRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take a person's role in a team; open consoles see nothing of it from then on.")

  @Argument var name: String
  @Option(help: "The team.") var team: String
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try OperatorName(name)
    let team = try ResourceName(team, of: "team name")
    try await common.withStores { stores in
      try await stores.history.revoke(team, from: name, actor: stores.actor, reason: reason)
    }
    let json: JSONValue = ["name": .string(name.text), "team": .string(team.text), "role": .null]
    Report.print(json, as: common.output) { "\(name) has no role in team \(team) any more.\n" }
  }
}

struct OperatorPassword: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Change your own password, or as an administrator somebody's.",
    discussion:
      "It is typed without echo, or read from standard input. The database gets a verifier, never the password.")

  @Argument(help: "Default: yourself.") var name: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try name.map { text throws(ControlFailure) in try OperatorName(text) }
    try await common.withStores { stores in
      let password = try NewPassword.read(from: nil)
      try await stores.history.setPassword(password, of: name, actor: stores.actor)
    }
    Report.print(["changed": true], as: common.output) { "The password was changed.\n" }
  }
}

extension OperatorLevel: ExpressibleByArgument {}
