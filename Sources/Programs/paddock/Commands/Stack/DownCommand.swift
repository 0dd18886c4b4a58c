import ArgumentParser
import ControlModel
import LocalSandboxEngine
import SessionHistory

struct DownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "Stop the embedded stack: sandboxes, core and Postgres.",
    discussion: """
      Sessions that were running come back with the next `paddock up`, where they were. Sandboxes on a cluster are no \
      part of the embedded stack: they are left working.
      """)

  @Flag(name: .customLong("keep-sandboxes"), help: "Leave the agents working; they journal on without the core.")
  var keepSandboxes = false
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let installation = common.stack.installation
    try installation.requireOwn("Stopping")
    try await CoreProcess(installation: installation).stop()
    if !keepSandboxes { try await refuseUnderAnotherCore(installation) }
    let choice = try installation.engineChoice()
    let stopped = keepSandboxes || choice.engine == .kubernetes ? 0 : try await suspendSandboxes(installation)
    try await installation.stopDatabase()
    Report.print(["stoppedSandboxes": JSONValue(stopped)], as: common.output) {
      "Paddock is down; \(stopped) sandboxes were stopped.\n"
    }
  }

  /// A core that is still at work would start again what is stopped here, and the agents would outlive the stack.
  private func refuseUnderAnotherCore(_ installation: Installation) async throws {
    guard let url = try? await installation.reachableDatabase(),
      let stores = try? await Stores.open(url: url, schema: .any, as: .command)
    else {
      return
    }
    var holder = try await stores.history.leaseHolder()
    // The database may notice the end of a core that was killed a moment later than we do.
    for _ in 0..<40 where holder != nil {
      try await Task.sleep(for: .milliseconds(50))
      holder = try await stores.history.leaseHolder()
    }
    await stores.close()
    guard let holder else { return }
    throw ControlFailure(
      .refused, "Another core (\(holder)) is at work on this database and would start the sandboxes again.",
      hint: "Close that console or end that core first, or leave the agents working with --keep-sandboxes.")
  }

  private func suspendSandboxes(_ installation: Installation) async throws -> Int {
    let engine = try installation.openLocalEngine()
    let running = try await engine.sandboxes().filter { $0.operatingMode == .running && !$0.isForeign }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      for sandbox in running { group.addTask { try await engine.suspend(sandbox.reference) } }
      try await group.waitForAll()
      return running.count
    }
  }
}
