package import ControlModel
package import HTTPService
import NIOCore
import NIOHTTP1
import NIOPosix

/// A core's own HTTP: `/healthz` for whoever kills what has stopped, `/metrics` for whoever collects numbers. It answers
/// from the threads that the core works on, so that a core whose threads are stuck does not seem to live.
package final class CoreEndpoint: Sendable {
  private let service: HTTPService
  private let pages: Pages

  /// Nobody shows a token here: all are strangers, with one request each, and who asks does so seldom.
  package static let bounds: ServiceBounds = {
    var bounds = ServiceBounds()
    bounds.strangers = 128
    bounds.requestSeconds = 30
    return bounds
  }()

  private init(_ service: HTTPService, _ pages: Pages) {
    self.service = service
    self.pages = pages
  }

  /// Listens from here on; answers once `run` is called.
  package static func listen(
    on address: ListenAddress, within bounds: ServiceBounds = CoreEndpoint.bounds,
    page: @escaping @Sendable (CorePage) async -> CoreAnswer
  ) async throws(ControlFailure) -> CoreEndpoint {
    do {
      let service = try await HTTPService.listen(
        at: .address(address.socketAddress()), within: bounds, on: .singletonMultiThreadedEventLoopGroup)
      return CoreEndpoint(service, Pages(page: page))
    } catch {
      throw ControlFailure(
        .unavailable, "The core cannot listen on '\(address.host)', port \(address.port): \(error).")
    }
  }

  package var port: Int? { service.port }

  /// Serves until the task is cancelled.
  package func run() async throws { try await service.run(pages) }

  private struct Pages: HTTPResponder {
    let page: @Sendable (CorePage) async -> CoreAnswer

    func knows(_ head: HTTPRequestHead) -> Bool { false }

    func answer(_ request: ServedRequest, on connection: ServedConnection) async throws -> Bool {
      let answer = await answer(to: request.head)
      try await connection.outbound.write(contentsOf: answer.parts(for: request.head))
      return false
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
