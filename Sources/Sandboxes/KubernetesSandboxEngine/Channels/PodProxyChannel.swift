import ControlModel
import HTTPTransport
import KubernetesClient
import RunnerClient

/// The way to a runner through the API server's pod proxy.
struct PodProxyChannel: RunnerChannel {
  let proxy: PodProxy

  func send(_ request: HTTPRequest) async throws(ControlFailure) -> HTTPResponse {
    do { return try await proxy.send(request) } catch { throw ControlFailure(error) }
  }

  func open(_ request: HTTPRequest) async throws(ControlFailure) -> RunnerAnswer {
    do {
      switch try await proxy.stream(request) {
      case .stream(let stream): return .stream(stream.body)
      case .answer(let response): return .answer(response)
      }
    } catch { throw ControlFailure(error) }
  }
}
