import AgentRuntimes
import ArgumentParser
import ControlCore
import ControlModel
import CoreEndpoint
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
  @Option(help: "IP address and port of /healthz and /metrics, such as 127.0.0.1:9464. Default: none.")
  var listen: String?
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (1...31_536_000).contains(stallAfter) else {
      throw ValidationError("--stall-after must be from 1 to 31536000 seconds.")
    }
  }

  /// Told to end, it ends from the first moment on: as the first process of a container it has no other way to.
  func run() async throws {
    if let runner { setenv("PADDOCK_RUNNER", runner, 1) }
    let core = Task { try await serve() }
    Task { for await _ in TerminationSignals.stream() { core.cancel() } }
    do { try await core.value } catch {
      guard core.isCancelled else { throw error }
      // It was asked to end before it was up; whoever finds its record starts it again.
      StackProcess(of: common.stack.installation).removeRecord()
    }
  }

  /// Until the task is cancelled.
  private func serve() async throws {
    let installation = common.stack.installation
    try installation.requireOwn("Running a core")
    let choice = try installation.engineChoice(engine.choice)
    let logger = Logger(label: "core")
    let meter = CoreMeter()
    try await startEndpoint(choice, meter)
    let stores = try await Stores.openForCore(installation, choice, logger, meter)
    for count in (try? await stores.history.setAsideCounts()) ?? [] {
      logger.warning("Rows are set aside", metadata: ["rows": "\(count)"])
    }
    let engine = try await stores.openEngine(choice, installation)
    // On a cluster the key is with whoever sets secrets.
    if choice.engine != .kubernetes { try await stores.checkMasterKey(installation) }
    try StackProcess(of: installation).writeRecord()
    var settings = CoreSettings(holder: "\(OperatingSystemUser.host)/\(getpid())")
    settings.stallAfter = stallAfter
    settings.sharesSessions = engine.isShared
    let core = ControlCore(
      store: stores.history, engine: engine, teams: try choice.teamKeeping(), settings: settings, logger: logger,
      meter: meter, transcriber: LogTranscript.init)
    let agreeing = Task {
      await Admission.keepAgreeing(with: stores, installation) { logger.warning("\($0.summary)") }
    }
    let watching = Task { await StackProcess(.supervisor, of: installation).keepAlive(logger) }
    await core.run()
    watching.cancel()
    StackProcess(of: installation).removeRecord()
    agreeing.cancel()
    await agreeing.value
    // In a task that is not cancelled.
    await Task { await stores.close() }.value
  }

  /// Before the database is asked for: a core that waits for it lives, too.
  private func startEndpoint(_ choice: EngineChoice, _ meter: CoreMeter) async throws {
    guard let listen else { return }
    let pages = CorePages(meter: meter, version: PaddockVersion.text, engine: (choice.engine ?? .local).rawValue)
    let endpoint = try await CoreEndpoint.listen(on: ListenAddress(listen)) { pages.answer($0) }
    // Ends with the program.
    Task { try await endpoint.run() }
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
