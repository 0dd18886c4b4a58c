/// A connection whose bytes are the caller's in both directions, after an upgrade. TLS, client certificate and proxy are
/// the transport's. One task reads and one writes at a time; letting go of it closes it.
package final class DuplexConnection: Sendable {
  private let channel: DuplexChannel

  init(_ channel: DuplexChannel) {
    self.channel = channel
  }

  deinit {
    channel.close()
  }

  /// Everything that has arrived since the last call, at least one byte; `nil` when the peer has closed. A cancelled
  /// task ends the connection.
  package func read() async throws(HTTPTransportError) -> [UInt8]? {
    try await channel.read()
  }

  /// Returns when the bytes are on their way or wait in a buffer that has room: a slow peer slows the writer. Bytes of one
  /// call stay together.
  package func write(_ bytes: [UInt8]) async throws(HTTPTransportError) {
    try await channel.write(bytes)
  }

  /// What was written is sent first, if the peer takes it within five seconds.
  package func close() {
    channel.close()
  }
}
