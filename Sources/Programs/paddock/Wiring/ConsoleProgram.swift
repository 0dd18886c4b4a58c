import AgentRuntimes
import ConsoleConfig
import ConsoleUI
import ControlCore
import ControlModel
import KubernetesClient
import Logging
import NcursesTerminal
import OperatorAccess
import SessionHistory

/// The console on this terminal, and a core beside it when no other one is alive.
@MainActor
struct ConsoleProgram {
  var installation: Installation
  var stores: Stores
  var appearance: AppearanceOptions
  /// As it was said on the command line.
  var given: EngineChoice

  func run() async throws {
    let core = try await inProcessCore()
    defer { core?.loop.cancel() }
    let environment = Installation.environment
    let history = stores.history
    let services = ConsoleServices(
      teams: history, sessions: history, operations: history, secrets: try secrets(),
      reports: history, diskUses: history, access: try access(),
      changes: { history.wakeUps() }, coreHolder: { () throws(ControlFailure) in try await history.leaseHolder() },
      advice: { [installation] in installation.adviceOnLostDatabase })
    let files = ConfigurationFiles(directories: ConfigurationFiles.searchPath(environment: environment))
    let configuration = ConsoleConfiguration(
      storeName: installation.databaseURL == nil ? "local" : "postgres", actor: stores.actor, files: files,
      theme: appearance.theme, keymap: appearance.keymap)
    let terminal: NcursesTerminal
    do {
      terminal = try NcursesTerminal(environment: environment)
    } catch {
      throw ControlFailure(.unsupported, "The console cannot use this terminal: \(error)")
    }
    await ConsoleRuntime(device: terminal, services: services, configuration: configuration).run()
    core?.loop.cancel()
    await core?.loop.value
    await core?.stores.close()
    await stores.close()
  }

  private func secrets() throws(ControlFailure) -> any SecretStore {
    guard !installation.isGuest, installation.foreignOwner == nil else {
      return KeylessSecrets(store: stores.history, dataDirectory: installation.dataDirectory)
    }
    return try stores.vault(installation)
  }

  /// The operator's own way into sandboxes. A context that only the last `up` was told is not the operator's choice, but
  /// its kubeconfig is the one that knows the cluster.
  private func access() throws(ControlFailure) -> OperatorAccess {
    let said = given.filled(from: try .environment())
    let kubeconfig = try installation.engineChoice(given).kubeconfig
    return OperatorAccess(
      KubeconfigSource(explicitPath: kubeconfig), context: said.context, host: OperatingSystemUser.host)
  }

  /// One program is enough to begin with: where no core holds the lease, the console of whoever may be one runs
  /// one while it is open, on connections of a core's own.
  private func inProcessCore() async throws -> (loop: Task<Void, Never>, stores: Stores)? {
    // Somebody else's engine is out of reach: operators of that stack watch, and their operations wait for its core.
    guard !installation.isGuest, installation.foreignOwner == nil, try await stores.history.leaseHolder() == nil,
      try await stores.history.mayBeCore()
    else { return nil }
    let choice = try installation.engineChoice(given)
    let stores = try await stores.reopened(as: .core)
    do {
      return (try await startCore(choice, stores), stores)
    } catch {
      await stores.close()
      throw error
    }
  }

  private func startCore(_ choice: EngineChoice, _ stores: Stores) async throws -> Task<Void, Never> {
    let engine = try await stores.openEngine(choice, installation)
    try await stores.checkMasterKey(installation)
    var settings = CoreSettings(holder: "\(OperatingSystemUser.host)/console")
    settings.sharesSessions = engine.isShared
    let core = ControlCore(
      store: stores.history, engine: engine, teams: try choice.teamKeeping(), settings: settings,
      // The terminal is the console's: a core inside it has nowhere to write to.
      logger: Logger(label: "core") { _ in SwiftLogNoOpLogHandler() }, transcriber: LogTranscript.init)
    return Task.detached { await core.run() }
  }
}
