import AgentRuntimes
import CSpawn
package import ControlModel
import Files
import Glibc
package import RunnerProtocol

/// The whole life of a runner's process: `main` parses arguments and calls this.
package enum RunnerProgram {
  /// Bytes. It holds the agent's declaration, which has at most 1 MiB, and what the engine adds.
  private static let largestConfiguration = 16 << 20

  package static func readConfiguration(_ path: String) throws(ControlFailure) -> RunnerConfiguration {
    let text: [UInt8]
    do { text = try PlainFile.read(path, atMost: largestConfiguration) } catch {
      throw ControlFailure(.notFound, "The configuration '\(path)' cannot be read: \(error).")
    }
    return try RunnerConfiguration.parse(text)
  }

  /// Opens the journal, listens, starts the runtime, and returns after SIGTERM or SIGINT and a gentle end, with the
  /// status to end with. Call it on the main thread before there is another: the signals it waits for are blocked in
  /// all that come later.
  package static func run(_ configuration: RunnerConfiguration) throws(ControlFailure) -> Int32 {
    var signals = prepare()
    let slot = SessionSlot()
    let driver = try RuntimeDrivers.make(RuntimeConfiguration(configuration))
    try slot.fill(configuration, Supervisor.open(configuration, driver: driver))
    return try live(slot, EndSchedule(), until: &signals) { () async throws(ControlFailure) in
      try await listen(configuration.listener, RunnerGate(.token(configuration.token)), slot, nil)
      await slot.supervisor?.start()
    }
  }

  /// Listens, and goes on with the session that it was given in an earlier life or waits to be given one.
  package static func serve(_ settings: RunnerSettings) throws(ControlFailure) -> Int32 {
    // An agent of the same user can neither trace the runner nor read its memory or environment, and with it the token.
    guard cspawn_shield() == 0 else {
      throw ControlFailure(.internalError, "The runner cannot shield itself: \(SystemError.last("prctl")).")
    }
    var signals = prepare()
    let slot = SessionSlot()
    let gate = RunnerGate(settings.admission)
    let handover = SessionHandover(settings, slot, gate)
    return try live(slot, settings.end, until: &signals) { () async throws(ControlFailure) in
      try await listen(settings.listener, gate, slot, handover)
      try await handover.resume()
    }
  }

  private static func prepare() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    if getpid() == 1 { ChildRegistry.shared.reapOrphans() }
    return signals
  }

  private static func live(
    _ slot: SessionSlot, _ end: EndSchedule, until signals: inout sigset_t,
    start: @escaping @Sendable () async throws(ControlFailure) -> Void
  ) throws(ControlFailure) -> Int32 {
    let outcome = Outcome()
    Task {
      do throws(ControlFailure) {
        try await start()
        outcome.started(nil)
      } catch { outcome.started(error) }
    }
    try outcome.waitForStart()
    var signal: Int32 = 0
    sigwait(&signals, &signal)
    Task {
      await slot.supervisor?.stop()
      outcome.stopped()
      await slot.finishStreams()
      outcome.delivered()
    }
    outcome.waitForStop()
    outcome.waitForDelivery(seconds: end.delivery)
    // A pod whose container ends with 0 has succeeded, as if its work were done: being stopped is not that.
    return 128 + signal
  }

  private static func listen(
    _ listener: RunnerConfiguration.Listener, _ gate: RunnerGate, _ slot: SessionSlot, _ handover: SessionHandover?
  ) async throws(ControlFailure) {
    let server = try await RunnerServer.listen(listener, gate: gate, for: slot, handover: handover)
    Task {
      do { try await server.run() } catch {
        // Without its server the runner is of no use to anybody, and the engine starts it again.
        report("the server stopped: \(error)")
        await slot.supervisor?.stop()
        quick_exit(1)
      }
    }
  }

  private static func report(_ text: String) {
    let line = Array("paddock-runner: \(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
