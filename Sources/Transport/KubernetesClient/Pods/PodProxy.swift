package import HTTPTransport

extension KubernetesAPI {
  /// HTTP to a port of a pod, through the API server.
  package func proxy(to pod: String, in namespace: String, port: Int) -> PodProxy {
    PodProxy(api: self, pod: pod, namespace: namespace, port: port)
  }
}

/// Passes requests on to a pod. The API server keeps the `Authorization` field for itself and takes it out of what it passes
/// on, so a pod that wants to know its caller has to ask for another field; all others, the body and the query go through.
package struct PodProxy: Sendable {
  let api: KubernetesAPI
  let pod: String
  let namespace: String
  let port: Int

  /// `request.url` is a path with its query, from `/`. An answer of the pod is returned whatever its status; what the API
  /// server says itself (the pod is not there, nothing listens, no right) is thrown.
  package func send(_ request: HTTPRequest) async throws(KubernetesError) -> HTTPResponse {
    let response = try await api.authorized(absolute(request)) { request throws(HTTPTransportError) in
      try await api.transport.send(request)
    }
    return try passed(response)
  }

  /// As `send`, but returns with the head of an answer of 200.
  package func stream(_ request: HTTPRequest) async throws(KubernetesError) -> OpenedStream {
    let answer = try await api.open(absolute(request))
    if case .answer(let response) = answer { _ = try passed(response) }
    return answer
  }

  private func absolute(_ request: HTTPRequest) -> HTTPRequest {
    var request = request
    let path = CoreV1.Pod.type.path(namespace: namespace, name: pod)
    request.url = "\(api.connection.baseURL)\(path):\(port)/proxy\(request.url)"
    request.headers.fields.removeAll { $0.name.lowercased() == "authorization" }
    request.headers.fields += api.connection.impersonation.fields
    return request
  }

  private func passed(_ response: HTTPResponse) throws(KubernetesError) -> HTTPResponse {
    guard response.status >= 400 else { return response }
    let status = KubernetesStatus(response)
    guard status.isForeign else { throw .refused(status, subject) }
    return response
  }

  private var subject: RequestSubject {
    RequestSubject("get", CoreV1.Pod.type, subresource: "proxy", namespace: namespace, name: "\(pod):\(port)")
  }
}
