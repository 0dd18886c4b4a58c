package import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP/1.1 server that stays within reach of those who may use it, whatever the others do: everything that a peer
/// can make last, grow or multiply has a bound.
package final class HTTPService: Sendable {
  package enum Place: Sendable {
    case address(SocketAddress)
    /// A socket that is bound and does not listen yet; the service closes it.
    case socket(Int32)
  }

  typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

  package let bounds: ServiceBounds
  private let listener: NIOAsyncChannel<Connection, Never>
  private let room: Room

  private init(_ listener: NIOAsyncChannel<Connection, Never>, _ bounds: ServiceBounds) {
    self.listener = listener
    self.bounds = bounds
    room = Room(bounds)
  }

  /// Listens from here on; answers once `run` is called.
  package static func listen(
    at place: Place, within bounds: ServiceBounds = ServiceBounds(), on group: any EventLoopGroup
  ) async throws -> HTTPService {
    let limit = ServiceBounds.descriptorLimit
    let bounds = bounds.fitting(descriptors: limit)
    // Whoever cannot enter yet waits in the kernel, where it takes no descriptor, but for a few.
    let ahead = max(1, min(16, limit / 64))
    let strategy = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
      lowWatermark: max(1, ahead / 2), highWatermark: ahead)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: bounds.backlog)
      .serverChannelOption(.maxMessagesPerRead, value: UInt(ahead))
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptPause()) }
      }
    let listener =
      switch place {
      case .address(let address):
        try await bootstrap.bind(to: address, serverBackPressureStrategy: strategy) { prepare($0, bounds) }
      case .socket(let descriptor):
        try await bootstrap.bind(descriptor, serverBackPressureStrategy: strategy) { prepare($0, bounds) }
      }
    return HTTPService(listener, bounds)
  }

  /// The port, when listening on TCP: for an address that leaves the choice to the system (0).
  package var port: Int? { listener.channel.localAddress?.port }

  /// Serves until the task is cancelled.
  package func run(_ responder: some HTTPResponder) async throws {
    try await listener.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { tasks in
        for try await connection in connections {
          let key = await room.enter(connection.channel)
          tasks.addTask {
            await self.serve(connection, key, responder)
            self.room.leave(key)
          }
        }
      }
    }
  }

  /// One request after the other.
  private func serve(_ connection: Connection, _ key: Room.Key, _ responder: some HTTPResponder) async {
    let channel = connection.channel
    // A connection that fails is the peer's affair: it closes, and the peer asks again.
    try? await connection.executeThenClose { inbound, outbound in
      let served = ServedConnection(channel: channel, outbound: outbound, room: room, key: key)
      var incoming = IncomingRequest(limit: bounds.bodyBytes)
      var isStranger = true
      for try await part in inbound {
        if case .head(let head) = part {
          if isStranger, responder.knows(head) {
            isStranger = false
            channel.triggerUserOutboundEvent(ConnectionWatch.Step.recognised, promise: nil)
            room.seat(key)
          }
          room.note(.request, of: key)
        }
        guard let request = incoming.take(part, isStranger: isStranger) else { continue }
        guard try await responder.answer(request, on: served), !isStranger else { return }
        room.note(.idle, of: key)
      }
    }
  }

  private static func prepare(_ channel: any Channel, _ bounds: ServiceBounds) -> EventLoopFuture<Connection> {
    channel.eventLoop.makeCompletedFuture {
      var limits = NIOHTTPDecoderLimitConfiguration()
      limits.maxHeaderListSize = bounds.headBytes
      limits.maxHeaderFieldSize = bounds.headBytes / 2
      limits.maxHeaderFieldCount = 64
      // Requests of a connection are taken one by one anyhow, and the pipelining handler would stop reading while a
      // stream is open, so that its reader's leaving went unnoticed.
      try channel.pipeline.syncOperations.configureHTTPServerPipeline(
        withPipeliningAssistance: false, withErrorHandling: true, withEncoderConfiguration: .init(),
        withDecoderLimitConfiguration: limits)
      try channel.pipeline.syncOperations.addHandler(ConnectionWatch(bounds))
      return try Connection(wrappingChannelSynchronously: channel)
    }
  }
}

extension HTTPService {
  /// `ConnectionRoom` with the connections themselves: who has no place in it any more is closed.
  final class Room: Sendable {
    typealias Key = ConnectionRoom<ContinuousClock.Instant>.Key
    typealias Occupation = ConnectionRoom<ContinuousClock.Instant>.Occupation

    private struct State {
      var room: ConnectionRoom<ContinuousClock.Instant>
      var channels: [Key: any Channel] = [:]
    }

    private let state: Mutex<State>
    private let grace: Duration

    init(_ bounds: ServiceBounds) {
      state = Mutex(State(room: ConnectionRoom(strangers: bounds.strangers, guests: bounds.guests)))
      grace = .seconds(bounds.graceSeconds)
    }

    /// Waits until there is room, which is the oldest stranger's grace at most. Meanwhile nobody else is accepted.
    func enter(_ channel: any Channel) async -> Key {
      while true {
        switch admit(channel, at: .now) {
        case .entered(let key, let evicted):
          if let evicted { close(evicted) }
          return key
        // Cancelled, it does not wait: what follows ends by itself.
        case .full(let until):
          do { try await Task.sleep(until: until, clock: .continuous) } catch { await Task.yield() }
        }
      }
    }

    func seat(_ key: Key) {
      if let evicted = state.withLock({ $0.room.seat(key) }) { close(evicted) }
    }

    func note(_ occupation: Occupation, of key: Key) { state.withLock { $0.room.note(occupation, of: key) } }

    func leave(_ key: Key) {
      state.withLock { state in
        state.room.leave(key)
        state.channels[key] = nil
      }
    }

    private func admit(
      _ channel: any Channel, at now: ContinuousClock.Instant
    ) -> ConnectionRoom<ContinuousClock.Instant>.Entry {
      state.withLock { state in
        let entry = state.room.enter(at: now, due: now + grace)
        if case .entered(let key, _) = entry { state.channels[key] = channel }
        return entry
      }
    }

    private func close(_ key: Key) {
      state.withLock { $0.channels[key] }?.close(promise: nil)
    }
  }
}
