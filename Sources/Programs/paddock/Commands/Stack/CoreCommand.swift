import AgentRuntimes
import ArgumentParser
import ControlCore
import ControlModel
import Dispatch
import Glibc
import Logging

struct CoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "core", abstract: "Run the control loop in the foreground, until it is told to end.",
    discussion: "It waits while another core holds the lease; with the engine 'kubernetes', cores share the sessions. "
      + "Sandboxes go on when it ends.")

  @Option(help: "The program that supervises each agent. Default: beside this one.") var runner: String?
  @Option(name: .customLong("stall-after"), help: "Seconds of silence within a turn that make a session stalled.")
  var stallAfter: Double = 600
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    if let runner { setenv("PADDOCK_RUNNER", runner, 1) }
    let installation = common.stack.installation
    let choice = try installation.engineChoice(engine.choice)
    let logger = Logger(label: "core")
    let stores = try await Stores.openForCore(installation, choice, logger)
    let engine = try await stores.openEngine(choice, installation)
    try CoreProcess(installation: installation).writeRecord()
    var settings = CoreSettings(holder: "\(OperatingSystemUser.host)/\(getpid())")
    settings.stallAfter = stallAfter
    settings.sharesSessions = engine.isShared
    let core = ControlCore(
      store: stores.history, engine: engine, teams: try choice.teamKeeping(), settings: settings, logger: logger,
      transcriber: LogTranscript.init)
    let loop = Task { await core.run() }
    for await _ in TerminationSignals.stream() { break }
    loop.cancel()
    await loop.value
    await stores.close()
  }
}

enum TerminationSignals {
  /// One element for each SIGTERM, SIGINT or SIGHUP.
  static func stream() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      for number in [SIGTERM, SIGINT, SIGHUP] {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        // The handler keeps its source, for as long as the program lives.
        source.setEventHandler {
          withExtendedLifetime(source) { _ = continuation.yield(number) }
        }
        source.resume()
      }
    }
  }
}
