import NIOCore
import NIOHTTP1

/// Closes a connection that takes longer than it may for what it is at. Stands behind the decoder: bytes that are no
/// whole head yet do not count as a sign of life, so that sending one every second gains nothing.
final class ConnectionWatch: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart

  /// What only the one who answers knows; sent through the pipeline.
  enum Step: Sendable {
    case recognised
    /// An answer of any length begins.
    case stream
  }

  private let bounds: ServiceBounds
  private var isStranger = true
  private var isStream = false
  private var deadline: Scheduled<Void>?

  init(_ bounds: ServiceBounds) {
    self.bounds = bounds
  }

  func handlerAdded(context: ChannelHandlerContext) { allow(bounds.headSeconds, context) }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head where !isStranger: allow(bounds.requestSeconds, context)
    case .end where isStranger: allow(bounds.requestSeconds, context)
    default: break
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      isStream = false
      allow(bounds.idleSeconds, context)
    }
    context.write(data, promise: promise)
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard let step = event as? Step else { return context.triggerUserOutboundEvent(event, promise: promise) }
    switch step {
    case .recognised:
      isStranger = false
      allow(bounds.requestSeconds, context)
    case .stream:
      isStream = true
      deadline?.cancel()
    }
    promise?.succeed(())
  }

  private func allow(_ seconds: Double, _ context: ChannelHandlerContext) {
    deadline?.cancel()
    guard !isStream else { return }
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) { channel.close(promise: nil) }
  }
}
