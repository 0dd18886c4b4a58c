import HTTPTransport

extension KubernetesAPI {
  /// Returns once the log is open; what is not read waits at the node.
  package func log(
    of pod: String, in namespace: String, _ options: PodLogOptions = .init()
  ) async throws(KubernetesError) -> PodLog {
    var request = APIRequest(
      "GET", RequestSubject("get", CoreV1.Pod.type, subresource: "log", namespace: namespace, name: pod))
    request.query = options.query
    // Some proxies choose by this what they may hold back.
    request.headers = ["Accept": "*/*"]
    return PodLog(try await stream(request).body, PodLogFraming(hasTimestamps: options.hasTimestamps))
  }
}

/// A log as it comes, read by one consumer; each element holds the lines that have arrived since the last, at least one.
/// It ends with the container, or when the node has no more to say. Letting go of it closes it.
package struct PodLog: AsyncSequence, Sendable {
  package typealias Element = [PodLogLine]
  package typealias Failure = KubernetesError

  private let body: HTTPBody
  private let framing: PodLogFraming

  init(_ body: HTTPBody, _ framing: PodLogFraming) {
    self.body = body
    self.framing = framing
  }

  package func makeAsyncIterator() -> Iterator { Iterator(body: body, framing: framing) }

  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let body: HTTPBody
    fileprivate var framing: PodLogFraming

    package mutating func next(isolation actor: isolated (any Actor)?) async throws(KubernetesError) -> [PodLogLine]? {
      try await next()
    }

    package mutating func next() async throws(KubernetesError) -> [PodLogLine]? {
      do throws(HTTPTransportError) {
        while let bytes = try await body.next() {
          let lines = framing.append(bytes)
          if !lines.isEmpty { return lines }
        }
      } catch {
        throw .transport(error)
      }
      return framing.finish().map { [$0] }
    }
  }
}
