import AgentRuntimes
package import ControlModel
import Glibc
import ProcessIdentity
import QueueExecutor
import RunnerProtocol

/// Gives a runner that started without a session the one it is to serve, once, and keeps it on the volume, so that the
/// runner goes on with it by itself after its own end.
package actor SessionHandover {
  private let executor = QueueExecutor(label: "dev.paddock.runner.handover")
  private let settings: RunnerSettings
  private let slot: SessionSlot

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  package init(_ settings: RunnerSettings, _ slot: SessionSlot) {
    self.settings = settings
    self.slot = slot
  }

  /// Starts the session that a former runner was given, if there is one of this sandbox's generation.
  package func resume() async throws(ControlFailure) {
    guard let text = readFile(settings.sessionFile) else {
      guard access(settings.sessionFile, F_OK) != 0 else {
        throw ControlFailure(.permissionDenied, "The session '\(settings.sessionFile)' cannot be read.")
      }
      return
    }
    let kept = try parse(text)
    guard kept.generation >= settings.generation else { return }
    try await begin(kept)
  }

  /// Returns once the session is on disk and its runtime is being started. The same again is answered and changes
  /// nothing; another one is refused.
  func take(_ body: [UInt8]) async throws(ControlFailure) {
    let offered = try parse(body)
    if let occupant = slot.occupant {
      guard occupant.configuration == offered else {
        let own = occupant.configuration
        throw ControlFailure(
          .conflict, "The runner serves session \(own.session.text), generation \(own.generation), already.",
          hint: "A runner takes one session in its life; start another one.")
      }
      return
    }
    guard offered.generation >= settings.generation else {
      throw ControlFailure(
        .conflict, "The sandbox is of generation \(settings.generation), the session of \(offered.generation).")
    }
    // Opened first: a session that cannot be served is not kept.
    let supervisor = try open(offered)
    do throws(SystemError) { try DurableFile.replace(settings.sessionFile, with: body, mode: 0o600) } catch {
      throw ControlFailure(.unavailable, "The session cannot be kept in '\(settings.sessionFile)': \(error).")
    }
    try slot.fill(offered, supervisor)
    await supervisor.start()
  }

  private func parse(_ text: [UInt8]) throws(ControlFailure) -> RunnerConfiguration {
    try SessionRequest.parse(text, listener: settings.listener, token: settings.token)
  }

  private func open(_ configuration: RunnerConfiguration) throws(ControlFailure) -> Supervisor {
    try Supervisor.open(configuration, driver: RuntimeDrivers.make(RuntimeConfiguration(configuration)))
  }

  private func begin(_ configuration: RunnerConfiguration) async throws(ControlFailure) {
    let supervisor = try open(configuration)
    try slot.fill(configuration, supervisor)
    await supervisor.start()
  }
}
