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
  private let gate: RunnerGate

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  package init(_ settings: RunnerSettings, _ slot: SessionSlot, _ gate: RunnerGate) {
    self.settings = settings
    self.slot = slot
    self.gate = gate
  }

  /// Starts the session that a former runner was given, if there is one of this sandbox's generation.
  package func resume() async throws(ControlFailure) {
    guard let text = readFile(settings.sessionFile) else {
      guard access(settings.sessionFile, F_OK) != 0 else {
        throw ControlFailure(.permissionDenied, "The session '\(settings.sessionFile)' cannot be read.")
      }
      return
    }
    // The server listens already: a core may have been faster.
    guard slot.occupant == nil else { return }
    let kept = try parse(text)
    guard kept.generation >= settings.generation else { return }
    try await begin(kept)
  }

  /// Returns once the session is on disk and its runtime is being started. The same again is answered and changes
  /// nothing; another one is refused. Who shows the key of a warm pool brings the token that counts from then on; a
  /// runner that was started again has the session from its volume, and is brought the token once more.
  func take(_ body: [UInt8], from caller: RunnerGate.Caller) async throws(ControlFailure) {
    let offered = try parse(body)
    let token = caller == .keyHolder ? try SessionRequest.token(of: body) : nil
    if let token, !gate.wouldOpen(with: token) { throw Self.otherToken }
    if let occupant = slot.occupant {
      guard occupant.configuration == offered else {
        let own = occupant.configuration
        throw ControlFailure(
          .conflict, "The runner serves session \(own.session.text), generation \(own.generation), already.",
          hint: "A runner takes one session in its life; start another one.")
      }
      return try open(with: token)
    }
    guard offered.generation >= settings.generation else {
      throw ControlFailure(
        .conflict, "The sandbox is of generation \(settings.generation), the session of \(offered.generation).")
    }
    // Opened first: a session that cannot be served is not kept.
    let supervisor = try open(offered)
    let kept = SessionRequest.withoutToken(body)
    do throws(SystemError) { try DurableFile.replace(settings.sessionFile, with: kept, mode: 0o600) } catch {
      throw ControlFailure(.unavailable, "The session cannot be kept in '\(settings.sessionFile)': \(error).")
    }
    try slot.fill(offered, supervisor)
    try open(with: token)
    await supervisor.start()
  }

  private func open(with token: String?) throws(ControlFailure) {
    guard let token, !gate.open(with: token) else { return }
    throw Self.otherToken
  }

  private static let otherToken = ControlFailure(
    .conflict, "The runner was handed another token already.", hint: "A runner takes one session in its life.")

  private func parse(_ text: [UInt8]) throws(ControlFailure) -> RunnerConfiguration {
    try SessionRequest.parse(text, listener: settings.listener, token: settings.token)
  }

  private func open(_ configuration: RunnerConfiguration) throws(ControlFailure) -> Supervisor {
    var timing = Supervisor.Timing()
    timing.end = settings.end
    return try Supervisor.open(
      configuration, driver: RuntimeDrivers.make(RuntimeConfiguration(configuration)), timing: timing)
  }

  private func begin(_ configuration: RunnerConfiguration) async throws(ControlFailure) {
    let supervisor = try open(configuration)
    try slot.fill(configuration, supervisor)
    await supervisor.start()
  }
}
