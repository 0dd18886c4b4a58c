package import HTTPTransport

/// Why a request to an API server failed.
package enum KubernetesError: Error, Sendable, Hashable {
  /// The API server refused; its words are kept whole.
  case refused(KubernetesStatus, RequestSubject)
  /// It was not reached, or did not answer as HTTP.
  case transport(HTTPTransportError)
  /// It answered something that it should not. `subject` begins a sentence.
  case unreadable(subject: String, reason: String)
  /// It ends every watch of this as soon as it is open.
  case streamEndsAtOnce(ResourceType)

  /// The server's account, when there is one.
  package var status: KubernetesStatus? {
    guard case .refused(let status, _) = self else { return nil }
    return status
  }

  /// How long the server asks to be left alone.
  var retryAfter: Duration? { status?.retryAfter }
}

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
