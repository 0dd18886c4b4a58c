extension HTTPTransport {
  /// Asks the server to speak another protocol on the connection, which is then the caller's: `Connection` and `Upgrade`
  /// and what the protocol needs are among the request's headers. Always HTTP/1.1, on a connection of its own.
  package func upgrade(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPUpgrade {
    let channel = try open(request)
    do throws(HTTPTransportError) {
      try await channel.write(request.upgradeHead(userAgent: configuration.userAgent))
      var answer = UpgradeAnswer()
      while true {
        let piece = try await channel.read()
        switch piece.map({ answer.read($0) }) ?? answer.finish() {
        case .more: continue
        case .switched(let headers, let rest):
          channel.handOver(unread: rest[...])
          return .switched(headers, DuplexConnection(channel))
        case .answered(let status, let headers, let body):
          channel.close()
          return .answered(HTTPResponse(status: status, headers: headers, body: body))
        case .broken(let reason):
          throw piece == nil
            ? .closedEarly(endpoint: channel.endpoint)
            : .protocolError(endpoint: channel.endpoint, reason: reason)
        }
      }
    } catch {
      channel.close()
      throw error
    }
  }

  private func open(_ request: HTTPRequest) throws(HTTPTransportError) -> DuplexChannel {
    try request.validate()
    if Task.isCancelled { throw .cancelled }
    let channel = DuplexChannel(
      request, endpoint: configuration.unixSocketPath ?? request.endpoint,
      limit: request.totalTimeout ?? configuration.totalTimeout, highWaterMark: configuration.highWaterMark,
      inbox: inbox)
    guard inbox.post(.open(channel)) else { throw .closed }
    return channel
  }
}

extension HTTPRequest {
  /// The head as it is sent over a raw connection.
  func upgradeHead(userAgent: String) -> [UInt8] {
    var lines = ["\(method) \(target) HTTP/1.1"]
    if headers["Host"] == nil { lines.append("Host: \(endpoint)") }
    if headers["User-Agent"] == nil { lines.append("User-Agent: \(userAgent)") }
    lines += headers.fields.map { "\($0.name): \($0.value)" }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  /// Path and query.
  private var target: String {
    let afterScheme = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    let path = afterScheme.drop { !"/?#".contains($0) }.prefix { $0 != "#" }
    return path.hasPrefix("/") ? String(path) : "/\(path)"
  }
}
