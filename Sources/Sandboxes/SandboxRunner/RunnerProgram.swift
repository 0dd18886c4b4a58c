import AgentRuntimes
package import ControlModel
import Glibc
package import RunnerProtocol

/// The whole life of a runner's process: `main` parses arguments and calls this.
package enum RunnerProgram {
  package static func readConfiguration(_ path: String) throws(ControlFailure) -> RunnerConfiguration {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let error = SystemError.last("open")
      throw ControlFailure(.notFound, "The configuration '\(path)' cannot be read: \(error).")
    }
    defer { _ = close(descriptor) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = retrying { read(descriptor, &chunk, chunk.count) }
      guard count >= 0 else {
        throw ControlFailure(.unavailable, "The configuration '\(path)' cannot be read: \(SystemError.last("read")).")
      }
      guard count > 0 else { break }
      text.append(contentsOf: chunk[..<count])
    }
    return try RunnerConfiguration.parse(text)
  }

  /// Opens the journal, listens, starts the runtime, and returns after SIGTERM or SIGINT and a gentle end. Call it on
  /// the main thread before there is another: the signals it waits for are blocked in all that come later.
  package static func run(_ configuration: RunnerConfiguration) throws(ControlFailure) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    if getpid() == 1 { ChildRegistry.shared.reapOrphans() }
    let driver = try RuntimeDrivers.make(RuntimeConfiguration(configuration))
    let supervisor = try Supervisor.open(configuration, driver: driver)
    let outcome = Outcome()
    Task {
      outcome.started(await start(supervisor, configuration))
    }
    try outcome.waitForStart()
    var signal: Int32 = 0
    sigwait(&signals, &signal)
    Task {
      await supervisor.stop()
      outcome.stopped()
    }
    outcome.waitForStop()
  }

  private static func start(_ supervisor: Supervisor, _ configuration: RunnerConfiguration) async -> ControlFailure? {
    let server: RunnerServer
    do throws(ControlFailure) {
      server = try await RunnerServer.listen(configuration, for: supervisor)
    } catch { return error }
    Task {
      do { try await server.run() } catch {
        // Without its server the runner is of no use to anybody, and the engine starts it again.
        report("the server stopped: \(error)")
        await supervisor.stop()
        exit(1)
      }
    }
    await supervisor.start()
    return nil
  }

  private static func report(_ text: String) {
    let line = Array("paddock-runner: \(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
