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
    return PodLog(
      api: self, body: try await stream(request).body, framing: PodLogFraming(hasTimestamps: options.hasTimestamps))
  }
}

/// A log as it comes, read by one consumer; each element holds the lines that have arrived since the last, at least one.
/// It ends with the container, or when the node has no more to say. Letting go of it closes it.
package struct PodLog: AsyncSequence, Sendable {
  package typealias Element = [PodLogLine]
  package typealias Failure = KubernetesError

  /// Keeps the transport, which ends what it carries when it goes.
  let api: KubernetesAPI
  let body: HTTPBody
  let framing: PodLogFraming

  package func makeAsyncIterator() -> Iterator { Iterator(api: api, body: body, framing: framing) }

  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let api: KubernetesAPI
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
