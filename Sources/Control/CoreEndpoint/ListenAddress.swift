package import ControlModel
import NIOCore

/// Where to listen: `127.0.0.1:9464`, `[::]:9464`; port 0 leaves the choice to the system.
package struct ListenAddress: Sendable, Hashable {
  package var host: String
  package var port: Int

  package init(_ text: String) throws(ControlFailure) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw Self.failure(text)
    }
    let host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    // Without brackets the last part of an IPv6 address would be taken for the port.
    guard isBracketed || !host.contains(":") else { throw Self.failure(text) }
    self.host = host == "localhost" ? "127.0.0.1" : String(isBracketed ? host.dropFirst().dropLast() : host)
    self.port = Int(port)
    guard (try? socketAddress()) != nil else { throw Self.failure(text) }
  }

  func socketAddress() throws -> SocketAddress { try SocketAddress(ipAddress: host, port: port) }

  private static func failure(_ text: String) -> ControlFailure {
    ControlFailure(
      .invalidArgument, "'\(text)' is not an address to listen on.",
      hint: "Give an IP address and a port, such as 127.0.0.1:9464 or [::]:9464.")
  }
}
