import ControlModel
import Glibc
import SystemCallFilter
import Testing

@testable import LocalSandboxEngine

/// A jail around one script, put together as the engine does it, by root or by somebody who is not.
struct TrialJail: ~Copyable {
  enum Maker: String, CaseIterable, Sendable {
    case root
    case plainUser

    /// Tests of somebody who is not root have one way only.
    static var possible: [Maker] { geteuid() == 0 ? allCases : [.plainUser] }
  }

  let directory: String
  let maker: Maker
  var volume: String { directory + "/volume" }

  private static let nobody: uid_t = 65_534

  init(_ maker: Maker) throws {
    self.maker = maker
    directory = "/tmp/paddock-trial-\(UInt64.random(in: 0...UInt64.max))"
    try #require(mkdir(directory, 0o755) == 0)
    try makeDirectory(volume, mode: 0o755)
    if geteuid() == 0 { try #require(chown(volume, user, user) == 0) }
    try replaceFile(directory + "/filter", with: SystemCallFilter().program, mode: 0o644)
  }

  deinit { run(["/bin/rm", "-rf", "--one-file-system", directory]) }

  private var user: uid_t {
    if geteuid() != 0 { return geteuid() }
    return maker == .root ? AgentUser.range.lowerBound : Self.nobody
  }

  func output(
    of command: [String], network: AgentSpec.Network = .none, readOnly: [String] = []
  ) async throws -> ChildCommand.Outcome {
    let agent = Agent(
      team: try ResourceName("team"), name: try ResourceName("agent"), spec: AgentSpec(runtime: .exec), revision: 1,
      createdAt: .now(), updatedAt: .now())
    let files = SynthesisedFiles(agent: agent, hostname: "trial", network: network)
    let jail = JailArguments(
      host: .current(), bubblewrap: "/usr/bin/bwrap", setpriv: "/usr/bin/setpriv", hostname: "trial", volume: volume,
      synthesised: try files.write(to: directory + "/etc"), network: network,
      agentUser: maker == .root ? user : nil, workingDirectory: "/workspace", readOnly: readOnly,
      filter: directory + "/filter")
    let become =
      maker == .plainUser && geteuid() == 0
      ? ["/usr/bin/setpriv", "--reuid=\(Self.nobody)", "--regid=\(Self.nobody)", "--clear-groups"] : []
    let environment = ["PATH": "/usr/bin:/bin", "HOME": "/workspace", "LANG": "C.UTF-8"]
    return try await ChildCommand(command: become + jail.launcher + command, environment: environment).run()
  }

  func output(of script: String, network: AgentSpec.Network = .none, readOnly: [String] = []) async throws -> String {
    let outcome = try await output(of: ["/bin/sh", "-c", script], network: network, readOnly: readOnly)
    #expect(outcome.status == 0, "\(outcome.output)")
    return outcome.output
  }
}
