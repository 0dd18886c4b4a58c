import HTTPTransport

/// One request to an API server, before it is known where that is and as whom it is made.
struct APIRequest: Sendable {
  var subject: RequestSubject
  var method: String
  /// Already encoded, without the query.
  var path: String
  var query: [(name: String, value: String)] = []
  var headers: HTTPHeaders = [:]
  var body: [UInt8]?
  var contentType: String?
  var timeout: Duration?
  /// For streams: the longest silence.
  var idleTimeout: Duration?
  var acceptsCompression = false
  /// How often it is made again at most; the renewal of credentials does not count.
  var retries = 4

  init(_ method: String, _ subject: RequestSubject) {
    self.method = method
    self.subject = subject
    path = subject.path
  }

  /// Doing it twice is the same as doing it once, as far as the asker can tell.
  var isRepeatable: Bool { method != "POST" }

  func httpRequest(_ connection: APIServerConnection) -> HTTPRequest {
    var request = HTTPRequest(method, connection.baseURL + path + queryText, headers: headers)
    request.headers.fields += connection.impersonation.fields
    if request.headers["Accept"] == nil { request.headers.append("Accept", "application/json") }
    if let contentType { request.headers.append("Content-Type", contentType) }
    request.body = body
    request.totalTimeout = timeout
    request.idleTimeout = idleTimeout
    request.acceptsCompression = acceptsCompression
    return request
  }

  private var queryText: String {
    guard !query.isEmpty else { return "" }
    return "?" + query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&")
  }
}

extension RequestSubject {
  var path: String {
    guard let name else { return type.path(namespace: namespace) }
    let object = type.path(namespace: namespace, name: name)
    return subresource.map { "\(object)/\($0)" } ?? object
  }
}
