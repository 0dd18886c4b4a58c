/// What a request was about, in the words of roles.
package struct RequestSubject: Sendable, Hashable {
  package var verb: String
  package var type: ResourceType
  package var subresource: String?
  package var namespace: String?
  package var name: String?

  package init(
    _ verb: String, _ type: ResourceType, subresource: String? = nil, namespace: String? = nil, name: String? = nil
  ) {
    self.verb = verb
    self.type = type
    self.subresource = subresource
    self.namespace = namespace
    self.name = name
  }
}

extension KubernetesError {
  /// The server's account, when there is one.
  package var status: KubernetesStatus? {
    guard case .refused(let status, _) = self else { return nil }
    return status
  }

  /// How long the server asks to be left alone.
  var retryAfter: Duration? { status?.retryAfter }
}
