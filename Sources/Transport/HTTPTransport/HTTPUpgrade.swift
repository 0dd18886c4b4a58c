/// How a request to change the protocol of its connection was answered.
package enum HTTPUpgrade: Sendable {
  /// With `101 Switching Protocols`: the connection is the caller's.
  case switched(HTTPHeaders, DuplexConnection)
  /// With anything else.
  case answered(HTTPResponse)
}
