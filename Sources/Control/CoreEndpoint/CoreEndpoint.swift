package import ControlModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// A core's own HTTP: `/healthz` for whoever kills what has stopped, `/metrics` for whoever collects numbers. It answers
/// from the threads that the core works on, so that a core whose threads are stuck does not seem to live.
package final class CoreEndpoint: Sendable {
  typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

  private let listener: NIOAsyncChannel<Connection, Never>
  private let page: @Sendable (CorePage) async -> CoreAnswer

  private init(
    _ listener: NIOAsyncChannel<Connection, Never>, _ page: @escaping @Sendable (CorePage) async -> CoreAnswer
  ) {
    self.listener = listener
    self.page = page
  }

  /// Listens from here on; answers once `run` is called.
  package static func listen(
    on address: ListenAddress, page: @escaping @Sendable (CorePage) async -> CoreAnswer
  ) async throws(ControlFailure) -> CoreEndpoint {
    do {
      let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(to: address.socketAddress()) { channel in prepare(channel) }
      return CoreEndpoint(listener, page)
    } catch {
      throw ControlFailure(
        .unavailable, "The core cannot listen on '\(address.host)', port \(address.port): \(error).")
    }
  }

  package var port: Int? { listener.channel.localAddress?.port }

  /// Serves until the task is cancelled.
  package func run() async throws {
    try await listener.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { tasks in
        for try await connection in connections { tasks.addTask { await self.serve(connection) } }
      }
    }
  }

  /// One request each: who asks does so seldom.
  private func serve(_ connection: Connection) async {
    // A connection that fails is the peer's affair.
    try? await connection.executeThenClose { inbound, outbound in
      var request: HTTPRequestHead?
      for try await part in inbound {
        if case .head(let head) = part { request = head }
        guard case .end = part, let request else { continue }
        let answer = await answer(to: request)
        return try await outbound.write(contentsOf: answer.parts(for: request))
      }
    }
  }

  private func answer(to request: HTTPRequestHead) async -> CoreAnswer {
    let path = String(request.uri.prefix { $0 != "?" })
    guard let wanted = CorePage(rawValue: path) else {
      return CoreAnswer(status: 404, text: "There is /healthz and /metrics.\n")
    }
    guard request.method == .GET || request.method == .HEAD else {
      return CoreAnswer(status: 405, text: "\(path) can only be read.\n")
    }
    return await page(wanted)
  }

  /// Seconds for a request to come and its answer to go: idle connections must not pile up.
  private static let patience: Int64 = 30

  private static func prepare(_ channel: any Channel) -> EventLoopFuture<Connection> {
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
      let alarm = channel.eventLoop.scheduleTask(in: .seconds(patience)) { channel.close(promise: nil) }
      channel.closeFuture.whenComplete { _ in alarm.cancel() }
      return try Connection(wrappingChannelSynchronously: channel)
    }
  }
}

package enum CorePage: String, Sendable {
  case health = "/healthz"
  case metrics = "/metrics"
}

package struct CoreAnswer: Sendable, Hashable {
  package var status: Int
  package var contentType = "text/plain; charset=utf-8"
  package var text: String

  package init(status: Int, contentType: String = "text/plain; charset=utf-8", text: String) {
    self.status = status
    self.contentType = contentType
    self.text = text
  }
}

extension CoreAnswer {
  fileprivate func parts(for request: HTTPRequestHead) -> [HTTPServerResponsePart] {
    let body = ByteBuffer(string: text)
    let headers: HTTPHeaders = [
      "content-type": contentType, "content-length": "\(body.readableBytes)", "cache-control": "no-store",
      "connection": "close",
    ]
    let head = HTTPResponseHead(version: request.version, status: .init(statusCode: status), headers: headers)
    return [.head(head)] + (request.method == .HEAD ? [] : [.body(.byteBuffer(body))]) + [.end(nil)]
  }
}
