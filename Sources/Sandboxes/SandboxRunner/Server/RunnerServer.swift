package import ControlModel
package import HTTPService
import NIOCore
import NIOPosix
package import RunnerProtocol

/// Answers HTTP for a session. One event loop is enough: what it sends is bounded by one sandbox's agent.
package final class RunnerServer: Sendable {
  private let service: HTTPService
  private let handler: RunnerConnectionHandler
  private let keepaliveSeconds: Int64

  private init(_ service: HTTPService, _ handler: RunnerConnectionHandler, _ keepaliveSeconds: Int64) {
    self.service = service
    self.handler = handler
    self.keepaliveSeconds = keepaliveSeconds
  }

  /// Listens from here on; answers once `run` is called.
  package static func listen(
    _ listener: RunnerConfiguration.Listener, gate: RunnerGate, for slot: SessionSlot, handover: SessionHandover? = nil,
    bounds: ServiceBounds = ServiceBounds(), keepaliveSeconds: Int64 = 15
  ) async throws(ControlFailure) -> RunnerServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let handler = RunnerConnectionHandler(slot: slot, handover: handover, gate: gate, bounds: bounds)
    return RunnerServer(try await bind(listener, bounds, group), handler, keepaliveSeconds)
  }

  /// The port, when listening on TCP: for a configuration that leaves the choice to the system (0).
  package var port: Int? { service.port }

  /// Serves until the task is cancelled.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await self.keepAlive() }
      tasks.addTask { try await self.service.run(self.handler) }
      defer { tasks.cancelAll() }
      try await tasks.next()
    }
  }

  /// A reader that is gone without a word (a pulled cable, a node that died) is found by writing to it.
  private func keepAlive() async throws {
    while true {
      try await Task.sleep(for: .seconds(keepaliveSeconds))
      handler.slot.occupant?.supervisor.feed.wake(.tick)
    }
  }

  private static func bind(
    _ listener: RunnerConfiguration.Listener, _ bounds: ServiceBounds, _ group: MultiThreadedEventLoopGroup
  ) async throws(ControlFailure) -> HTTPService {
    switch listener {
    case .unixSocket(let path):
      let descriptor = try UnixSocket.bind(path)
      do { return try await .listen(at: .socket(descriptor), within: bounds, on: group) } catch {
        throw ControlFailure(.unavailable, "The runner cannot listen on '\(path)': \(error).")
      }
    case .tcp(let host, let port):
      do {
        // Numbers only: looking names up needs shared libraries that a static program does not have.
        let address = try SocketAddress(ipAddress: host == "localhost" ? "127.0.0.1" : host, port: port)
        return try await .listen(at: .address(address), within: bounds, on: group)
      } catch {
        throw ControlFailure(.unavailable, "The runner cannot listen on '\(host)', port \(port): \(error).")
      }
    }
  }
}
