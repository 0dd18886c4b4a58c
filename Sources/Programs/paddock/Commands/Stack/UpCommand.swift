import ArgumentParser
import ControlModel
import Glibc
import SessionHistory

struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Start the embedded stack (Postgres and the core) and open the console.",
    discussion: "What runs already is left running. Closing the console leaves the stack and the agents running.")

  @Flag(help: "Do not open the console.") var headless = false
  @Flag(help: "Make three demo teams with agents at work, unless they are there.") var demo = false
  @OptionGroup var appearance: AppearanceOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  @MainActor func run() async throws {
    let installation = common.stack.installation
    try installation.requireOwn("Starting")
    if demo { _ = try Demo.script() }
    try TextFile.makeDirectory(installation.dataDirectory)
    let choice = try installation.engineChoice(engine.choice)
    // What is wrong with it is better heard here than read in the core's log.
    let opened = try installation.openEngine(choice)
    if StackProcess(of: installation).identity == nil { try await installation.requireRights(choice) }
    // A core makes them again as soon as there is room.
    installation.giveBackReserves()
    let lock = try await StartLock.acquire(in: installation.dataDirectory)
    let url = try await installation.startDatabase()
    let stores = try await Stores.open(url: url, schema: .migrated, as: headless ? .command : .console)
    try await stores.history.claimEngine(await opened.identity())
    try await stores.checkMasterKey(installation)
    do throws(ControlFailure) { try await Admission.agree(with: stores, installation) } catch {
      StandardError.say("paddock: \(error)")
    }
    try installation.recordEngine(choice)
    let holder = try await startCore(stores, installation)
    try StackProcess(of: installation).mendRecord()
    try startSupervisor(installation)
    lock.release()
    if demo { try await installDemo(stores, installation) }
    if headless {
      await stores.close()
      Report.print(["core": .string(holder), "dataDirectory": .string(installation.dataDirectory)], as: common.output) {
        "Paddock is up in \(installation.dataDirectory); the core is \(holder).\n"
      }
    } else {
      try await ConsoleProgram(
        installation: installation, stores: stores, appearance: appearance, given: engine.choice
      ).run()
    }
  }

  /// What is up by then stays up, and that is said.
  private func installDemo(_ stores: Stores, _ installation: Installation) async throws {
    do { try await Demo(installation: installation, stores: stores).install() } catch let error as ControlFailure {
      let hint = error.hint.map { "\($0) " } ?? ""
      throw ControlFailure(
        error.code, error.summary,
        hint: "\(hint)Paddock itself is up in \(installation.dataDirectory); `paddock down` ends it.")
    }
  }

  /// One that was told of a database elsewhere has nothing but the core to start again.
  private func startSupervisor(_ installation: Installation) throws(ControlFailure) {
    let supervisor = StackProcess(.supervisor, of: installation)
    if supervisor.identity == nil { try supervisor.start() } else { try supervisor.mendRecord() }
  }

  /// Starts a core unless one is alive, and waits until one holds the lease.
  private func startCore(_ stores: Stores, _ installation: Installation) async throws -> String {
    var holder = try await stores.history.leaseHolder()
    let process = StackProcess(of: installation)
    if holder == nil, process.identity == nil { try process.start() }
    for round in 0..<300 {
      // It has the lease a moment before it signs for it.
      if let holder, holder != PostgresSessionStore.namelessHolder || round > 60 { return holder }
      try await Task.sleep(for: .milliseconds(50))
      holder = try await stores.history.leaseHolder()
    }
    throw ControlFailure(
      .unavailable, "The core did not take its lease within 15 s.", hint: "See \(installation.coreLog).")
  }
}
