import ControlModel
import Glibc
import LocalSandboxEngine

/// Three teams with a scripted agent each, at work in small repositories of their own; no key and no network needed.
struct Demo {
  let installation: Installation
  let stores: Stores

  private static let tasks: KeyValuePairs = [
    "engineering": ("fixer", "The date tests fail at the end of a month. Find out why and fix it."),
    "marketing": ("writer", "Write the release notes of everything since the last release."),
    "research": ("analyst", "Make a table of the answers, and check its sum."),
  ]

  /// Does nothing for a team that is there already.
  func install() async throws {
    let known = Set(try await stores.history.teams().map(\.name.text))
    let missing = Self.tasks.filter { !known.contains($0.key) }
    guard !missing.isEmpty else { return }
    try await writeFiles()
    let declarations = try AgentDeclaration.read(file: directory + "/agents.yaml")
    for (team, task) in missing {
      let team = try ResourceName(team)
      _ = try await stores.history.createTeam(team, actor: stores.actor, reason: "demo")
      for declaration in declarations where declaration.team == team {
        _ = try await stores.history.applyAgent(
          declaration.name, of: team, spec: declaration.spec, actor: stores.actor)
      }
      _ = try await stores.history.startSession(
        StartRequest(
          id: .make(at: .now()), operation: .make(at: .now()), team: team, agent: try ResourceName(task.0),
          title: task.1, message: task.1, actor: stores.actor, reason: "demo"))
    }
  }

  private var directory: String { installation.dataDirectory + "/demo" }

  private func writeFiles() async throws {
    let sources = ["demo/install", "Sources/Programs/paddock/Demo/install"]
    guard let script = sources.lazy.compactMap({ Installation.shipped($0) }).first else {
      throw ControlFailure(.unsupported, "The demo's files were not found beside \(Installation.executable).")
    }
    try TextFile.makeDirectory(directory)
    let pid = try Spawn(command: ["/bin/sh", script, directory], environment: Installation.environment, output: nil)
      .start()
    var status: Int32 = 0
    // Some tenths of a second, before the console takes the terminal.
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else {
      throw ControlFailure(.unavailable, "The demo could not be made in \(directory).", hint: "Is git installed?")
    }
  }
}
