/// One request; every field is checked before anything is sent.
package struct HTTPRequest: Sendable {
  /// Written as it stands: `GET`, `POST`, `PATCH`, …
  package var method: String
  /// Absolute, `http` or `https`; over a unix socket the host only fills the `Host` header.
  package var url: String
  package var headers: HTTPHeaders
  package var body: [UInt8]?
  /// From the start to the last byte of the body; `nil` takes the configuration's. Streams have no such limit.
  package var totalTimeout: Duration?
  /// The longest silence between two pieces of the response (its head included), unless the consumer lags itself.
  package var idleTimeout: Duration?
  /// Asks for a compressed response and unpacks it.
  package var acceptsCompression: Bool
  /// Instead of the configuration's. Requests share connections with those of the same identity only.
  package var identity: TLSIdentity?

  package init(
    _ method: String = "GET", _ url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil,
    totalTimeout: Duration? = nil, idleTimeout: Duration? = nil, acceptsCompression: Bool = false,
    identity: TLSIdentity? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.totalTimeout = totalTimeout
    self.idleTimeout = idleTimeout
    self.acceptsCompression = acceptsCompression
    self.identity = identity
  }
}

/// The fields of a head in the order they were written; names are compared without case.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  package struct Field: Sendable, Hashable {
    package var name: String
    package var value: String
  }

  package var fields: [Field]

  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The first field of that name.
  package subscript(_ name: String) -> String? {
    let folded = name.lowercased()
    return fields.first { $0.name.lowercased() == folded }?.value
  }

  package mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }
}

/// A whole response.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// A response whose head has arrived and whose body is still on its way.
package struct HTTPStream: Sendable {
  package let status: Int
  package let headers: HTTPHeaders
  package let body: HTTPBody
}
