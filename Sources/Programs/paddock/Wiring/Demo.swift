import ControlModel
import EmbeddedPostgres

/// Three teams whose agents are scripts: what a newcomer can watch without a key and a network.
struct Demo {
  let installation: Installation
  let stores: Stores

  private static let firstMessages: KeyValuePairs = [
    "engineering": "The date tests fail on the 31st. Find out why and repair it.",
    "marketing": "Write the release notes of 1.1.0 from the history.",
    "research": "Tabulate the survey's answers by region.",
  ]

  /// To be asked before anything is started for it.
  static func script() throws(ControlFailure) -> String {
    let script = Installation.shipped("Demo/install") ?? Installation.shipped("Sources/Programs/paddock/Demo/install")
    if let script { return script }
    throw ControlFailure(
      .notFound, "The demo's files were not found beside \(Installation.executable).",
      hint: "They are in the folder Demo of an installation; `paddock up` works without them.")
  }

  /// A team that is there already is left as it is, with whatever its operators made of it.
  func install() async throws {
    let present = try await stores.history.teams().map(\.name)
    let directory = installation.dataDirectory + "/demo"
    try makeFiles(in: directory)
    for declaration in try AgentDeclaration.read(file: directory + "/agents.yaml")
    where !present.contains(declaration.team) {
      _ = try await stores.history.createTeam(declaration.team, actor: stores.actor, reason: "demo")
      _ = try await stores.history.applyAgent(
        declaration.name, of: declaration.team, spec: declaration.spec, actor: stores.actor)
      try await start(declaration)
    }
  }

  private func start(_ declaration: AgentDeclaration) async throws {
    guard let message = Self.firstMessages.first(where: { $0.key == declaration.team.text })?.value else { return }
    _ = try await stores.history.startSession(
      StartRequest(
        id: .make(at: .now()), operation: .make(at: .now()), team: declaration.team, agent: declaration.name,
        title: message, message: message, actor: stores.actor, reason: "demo"))
  }

  /// The repositories and the agent, made by the script that comes with them.
  private func makeFiles(in directory: String) throws(ControlFailure) {
    let script = try Self.script()
    // What it prints is kept from the terminal: nobody has looked at it.
    let outcome = Subcommand(["env"] + pace + ["/bin/sh", script, directory]).run()
    guard outcome.status == 0 else {
      let said = outcome.output.split(separator: "\n").last.map { ": \($0)" } ?? ""
      throw ControlFailure(.unsupported, "The demo could not be made in \(directory)\(said).", hint: "It needs git.")
    }
  }

  /// How fast the demo's agents are, for those who record it.
  private var pace: [String] {
    Installation.variable("DEMO_PACE").map { ["DEMO_PACE=\($0)"] } ?? []
  }
}
