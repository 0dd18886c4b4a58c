import ArgumentParser
import ControlModel
import LocalSandboxEngine

struct DownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "Stop the embedded stack: sandboxes, core and Postgres.",
    discussion: "Sessions that were running come back with the next `paddock up`, where they were.")

  @Flag(name: .customLong("keep-sandboxes"), help: "Leave the agents working; they journal on without the core.")
  var keepSandboxes = false
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let installation = common.stack.installation
    try await CoreProcess(installation: installation).stop()
    let stopped = keepSandboxes ? 0 : try await suspendSandboxes(installation)
    try await installation.stopDatabase()
    Report.print(["stoppedSandboxes": JSONValue(stopped)], as: common.output) {
      "Paddock is down; \(stopped) sandboxes were stopped.\n"
    }
  }

  private func suspendSandboxes(_ installation: Installation) async throws -> Int {
    let engine = try installation.openEngine()
    let running = try await engine.sandboxes().filter { $0.operatingMode == .running && !$0.isForeign }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      for sandbox in running { group.addTask { try await engine.suspend(sandbox.reference) } }
      try await group.waitForAll()
      return running.count
    }
  }
}
