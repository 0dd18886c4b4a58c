import NIOCore

/// Leaves a listener alone for a moment when nothing can be accepted, for want of descriptors or memory. NIO's own
/// handler for this puts off the next read only: the event loop, which is told of the waiting connection again and again,
/// would spin meanwhile.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private static let pause = TimeAmount.milliseconds(100)
  private var isPaused = false

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is IOError else { return context.fireErrorCaught(error) }
    guard !isPaused else { return }
    isPaused = true
    let channel = context.channel
    channel.setOption(.autoRead, value: false).whenComplete { _ in }
    context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
      self.isPaused = false
      // One that is closed meanwhile takes no option.
      channel.setOption(.autoRead, value: true).whenComplete { _ in }
    }
  }
}
