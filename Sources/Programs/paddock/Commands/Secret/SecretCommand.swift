import ArgumentParser
import ControlModel
import SecretVault

struct SecretCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret", abstract: "Sealed credentials: names, owners and bindings; a value never comes back.",
    subcommands: [SecretSet.self, SecretList.self, SecretBind.self, SecretDelete.self])
}

struct SecretSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Seal a value, read from standard input or typed without echo.")

  @Argument(help: "TEAM/NAME, such as engineering/GITHUB_TOKEN.") var secret: SecretPath
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let value = try SecretPrompt.read("Value of \(secret): ", atMost: SecretVault.maximumLength)
    try await common.withStores { stores in
      try await stores.vault(common.stack.installation).setSecret(
        secret.name, of: secret.team, value: value, actor: stores.actor)
    }
    Report.print(["sealed": .string("\(secret)")], as: common.output) { "\(secret) is sealed.\n" }
  }
}

struct SecretList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List secrets by name.")

  @Option(help: "Only this team's.") var team: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let team = try team.map { try ResourceName($0, of: "team name") }
    let secrets = try await common.withStores { try await $0.history.secrets(of: team) }
    Report.print(.array(secrets.map(\.json)), as: common.output) {
      var table = Table(columns: ["TEAM", "NAME", "OWNER", "BOUND TO", "UPDATED"])
      for secret in secrets {
        table.add(
          secret.team.text, secret.name, secret.owner, secret.bindings.map(\.text).joined(separator: ", "),
          secret.updatedAt.description)
      }
      return table.text
    }
  }
}

struct SecretBind: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bind", abstract: "Let an agent use a secret of its team.")

  @Argument(help: "TEAM/NAME") var secret: SecretPath
  @Option(help: "The agent.") var agent: String
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let agent = try ResourceName(agent, of: "agent name")
    try await common.withStores { stores in
      try await stores.history.bindSecret(secret.name, of: secret.team, to: agent, actor: stores.actor)
    }
    Report.print(["bound": .string("\(secret)"), "agent": .string(agent.text)], as: common.output) {
      "\(secret) is bound to \(agent).\n"
    }
  }
}

struct SecretDelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete a secret and its bindings.")

  @Argument(help: "TEAM/NAME") var secret: SecretPath
  @OptionGroup var consent: Consent
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.withStores { stores in
      try consent.obtain("Delete secret '\(secret)' and its bindings?")
      try await stores.history.deleteSecret(
        secret.name, of: secret.team, actor: stores.actor, reason: consent.reason)
    }
    Report.print(["deleted": .string("\(secret)")], as: common.output) { "\(secret) was deleted.\n" }
  }
}

extension Stores {
  func vault(_ installation: Installation) throws(ControlFailure) -> SecretVault {
    try installation.requireOwn("Sealing secrets")
    return SecretVault(store: history, keyFile: MasterKeyFile(installation.masterKey))
  }

  /// Before a core goes to work. What is missing alone is said, and stops nothing but secrets.
  func checkMasterKey(_ installation: Installation) async throws(ControlFailure) {
    if let warning = try await SecretVault.checkKey(in: MasterKeyFile(installation.masterKey), of: history) {
      StandardError.say("paddock: \(warning)")
    }
  }
}
