import ControlModel
import HTTPTransport
import RunnerClient
import Synchronization

/// The way to a runner at its pod's own address, which is asked for anew with each request: a pod that is made again has
/// another. Nothing of the API server's credentials goes this way.
struct DirectPodChannel: RunnerChannel {
  let network: PodNetwork
  let address: @Sendable () async throws(ControlFailure) -> PodAddress
  /// For when no connection comes about; `nil` where the way is to be direct or none.
  let detour: PodProxyChannel?

  func send(_ request: HTTPRequest) async throws(ControlFailure) -> HTTPResponse {
    let address = try await address()
    if let detour, network.detours.lead(around: address) { return try await detour.send(request) }
    do throws(HTTPTransportError) {
      return try await network.transport.send(request.at(address))
    } catch {
      return try await goAround(address, error) { detour throws(ControlFailure) in try await detour.send(request) }
    }
  }

  func open(_ request: HTTPRequest) async throws(ControlFailure) -> RunnerAnswer {
    let address = try await address()
    if let detour, network.detours.lead(around: address) { return try await detour.open(request) }
    do throws(HTTPTransportError) {
      return try await RunnerAnswer(network.transport.stream(request.at(address)))
    } catch {
      return try await goAround(address, error) { detour throws(ControlFailure) in try await detour.open(request) }
    }
  }

  /// Only where nothing was sent yet: the request is made once.
  private func goAround<Answer>(
    _ address: PodAddress, _ error: HTTPTransportError, _ go: (PodProxyChannel) async throws(ControlFailure) -> Answer
  ) async throws(ControlFailure) -> Answer {
    guard error.isBeforeConnection else { throw ControlFailure(error) }
    let refusal = ClusterFault.unreached.told("\(address)", error.description)
    guard let detour else {
      throw ControlFailure(
        .unavailable, refusal,
        hint: "Does a NetworkPolicy keep the core from the pod? --runner-channel auto falls back on the API server.")
    }
    do throws(ControlFailure) {
      let answer = try await go(detour)
      network.detours.note(address)
      return answer
    } catch {
      throw ControlFailure(error.code, "\(refusal) Nor through the API server: \(error.summary)", hint: error.hint)
    }
  }
}

/// What all direct ways of one engine share.
final class PodNetwork: Sendable {
  /// A policy that drops packets is noticed after this.
  static let connectTimeout = Duration.seconds(3)

  let transport: HTTPTransport
  let detours = SharedDetours()

  /// No proxy of the environment is meant for pods.
  init() throws(ControlFailure) {
    do {
      transport = try HTTPTransport(
        .init(proxy: .none, connectTimeout: Self.connectTimeout, maximumBodySize: RunnerClient.longestAnswer))
    } catch {
      throw ControlFailure(error)
    }
  }
}

final class SharedDetours: Sendable {
  private let detours = Mutex(Detours())

  func lead(around address: PodAddress) -> Bool { detours.withLock { $0.leads(around: address, at: .now) } }
  func note(_ address: PodAddress) { detours.withLock { $0.note(address, at: .now) } }
}

extension HTTPRequest {
  fileprivate func at(_ address: PodAddress) -> HTTPRequest {
    var request = self
    request.url = address.baseURL + url
    return request
  }
}

extension HTTPTransportError {
  fileprivate var isBeforeConnection: Bool {
    switch self {
    case .unreachable, .timedOut(_, .connect): true
    default: false
    }
  }
}
