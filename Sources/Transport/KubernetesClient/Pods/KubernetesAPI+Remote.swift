import HTTPTransport

/// What goes to and comes from a container.
package struct RemoteStreams: Sendable, Hashable {
  /// `nil` where the pod has only one.
  package var container: String?
  package var hasInput: Bool
  /// The container's own for attach; a new one for exec. Output and error output are one then.
  package var isTerminal: Bool

  package init(container: String? = nil, hasInput: Bool = false, isTerminal: Bool = false) {
    self.container = container
    self.hasInput = hasInput
    self.isTerminal = isTerminal
  }

  fileprivate var query: [(name: String, value: String)] {
    var query = [("stdout", "true"), ("stderr", isTerminal ? "false" : "true")]
    if let container { query.append(("container", container)) }
    if hasInput { query.append(("stdin", "true")) }
    if isTerminal { query.append(("tty", "true")) }
    return query.map { (name: $0.0, value: $0.1) }
  }
}

extension KubernetesAPI {
  /// Runs a command in a container, without a shell.
  package func exec(
    _ command: [String], in pod: String, namespace: String, _ streams: RemoteStreams = .init()
  ) async throws(KubernetesError) -> RemoteSession {
    let query = command.map { (name: "command", value: $0) } + streams.query
    return try await connect("exec", pod, namespace, query)
  }

  /// To what runs in a container since its start. What it said before is in its log.
  package func attach(
    to pod: String, namespace: String, _ streams: RemoteStreams = .init()
  ) async throws(KubernetesError) -> RemoteSession {
    try await connect("attach", pod, namespace, streams.query)
  }

  private func connect(
    _ subresource: String, _ pod: String, _ namespace: String, _ query: [(name: String, value: String)]
  ) async throws(KubernetesError) -> RemoteSession {
    var request = APIRequest(
      "GET", RequestSubject("get", CoreV1.Pod.type, subresource: subresource, namespace: namespace, name: pod))
    let handshake = WebSocketHandshake(protocols: RemoteCommandProtocol.offered)
    request.query = query
    request.headers = handshake.headers
    // The answer is the node's, which knows of no JSON here and refuses who asks for it.
    request.headers.append("Accept", "*/*")
    request.timeout = Self.requestTimeout
    let answer = try await authorized(request.httpRequest(connection)) { request throws(HTTPTransportError) in
      try await transport.upgrade(request)
    }
    switch answer {
    case .answered(let response): throw .refused(KubernetesStatus(response), request.subject)
    case .switched(let headers, let duplex):
      let subject = "The API server's answer to \(request.subject)"
      let chosen: String
      do { chosen = try handshake.accepted(headers) } catch {
        throw .unreadable(subject: subject, reason: error.description)
      }
      guard let version = RemoteCommandProtocol(rawValue: chosen) else {
        throw .unreadable(subject: subject, reason: "it chose the protocol \(chosen)")
      }
      return RemoteSession(self, duplex, version, request.subject)
    }
  }
}
