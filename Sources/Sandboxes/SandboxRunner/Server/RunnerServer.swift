package import ControlModel
import NIOCore
import NIOHTTP1
import NIOPosix
package import RunnerProtocol

/// Answers HTTP for a session. One event loop is enough: what it sends is bounded by one sandbox's agent.
package final class RunnerServer: Sendable {
  typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

  private let listener: NIOAsyncChannel<Connection, Never>
  private let group: MultiThreadedEventLoopGroup
  private let handler: RunnerConnectionHandler
  private let keepaliveSeconds: Int64

  private init(
    _ listener: NIOAsyncChannel<Connection, Never>, _ group: MultiThreadedEventLoopGroup,
    _ handler: RunnerConnectionHandler, _ keepaliveSeconds: Int64
  ) {
    self.listener = listener
    self.group = group
    self.handler = handler
    self.keepaliveSeconds = keepaliveSeconds
  }

  /// Listens from here on; answers once `run` is called.
  package static func listen(
    _ listener: RunnerConfiguration.Listener, gate: RunnerGate, for slot: SessionSlot, handover: SessionHandover? = nil,
    keepaliveSeconds: Int64 = 15
  ) async throws(ControlFailure) -> RunnerServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let handler = RunnerConnectionHandler(slot: slot, handover: handover, gate: gate)
    let listener = try await bind(listener, group)
    return RunnerServer(listener, group, handler, keepaliveSeconds)
  }

  /// The port, when listening on TCP: for a configuration that leaves the choice to the system (0).
  package var port: Int? { listener.channel.localAddress?.port }

  /// Serves until the task is cancelled.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await self.keepAlive() }
      tasks.addTask { try await self.serve() }
      defer { tasks.cancelAll() }
      try await tasks.next()
    }
  }

  private func serve() async throws {
    try await listener.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { tasks in
        for try await connection in connections {
          tasks.addTask { await self.handler.handle(connection) }
        }
      }
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
    _ listener: RunnerConfiguration.Listener, _ group: MultiThreadedEventLoopGroup
  ) async throws(ControlFailure) -> NIOAsyncChannel<Connection, Never> {
    let bootstrap = ServerBootstrap(group: group).serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    switch listener {
    case .unixSocket(let path):
      let descriptor = try UnixSocket.bind(path)
      do { return try await bootstrap.bind(descriptor) { channel in prepare(channel) } } catch {
        throw ControlFailure(.unavailable, "The runner cannot listen on '\(path)': \(error).")
      }
    case .tcp(let host, let port):
      do {
        // Numbers only: looking names up needs shared libraries that a static program does not have.
        let address = try SocketAddress(ipAddress: host == "localhost" ? "127.0.0.1" : host, port: port)
        return try await bootstrap.bind(to: address) { channel in prepare(channel) }
      } catch {
        throw ControlFailure(.unavailable, "The runner cannot listen on '\(host)', port \(port): \(error).")
      }
    }
  }

  private static func prepare(_ channel: any Channel) -> EventLoopFuture<Connection> {
    channel.eventLoop.makeCompletedFuture {
      // Requests of a connection are taken one by one anyhow, and the pipelining handler would stop reading while a
      // stream is open, so that its reader's leaving went unnoticed.
      try channel.pipeline.syncOperations.configureHTTPServerPipeline(
        withPipeliningAssistance: false, withErrorHandling: true)
      return try Connection(wrappingChannelSynchronously: channel)
    }
  }
}
