import ControlModel
import Glibc
import Testing

/// A plain HTTP client over a unix socket: bytes out, bytes in.
final class SocketClient {
  private let descriptor: Int32
  private(set) var received: [UInt8] = []

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    // Not an issue of its own: until a runner listens, this is what clients see.
    if result != 0 { throw ControlFailure(.unavailable, "'\(path)' is not listened on: errno \(errno).") }
  }

  /// Over TCP, to this machine.
  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result != 0 { throw ControlFailure(.unavailable, "Port \(port) is not listened on: errno \(errno).") }
  }

  deinit { close(descriptor) }

  func send(_ method: String, _ target: String, body: String = "", token: String = "s3cret") {
    write(Self.request(method, target, body: body, token: token))
  }

  static func request(
    _ method: String, _ target: String, body: String = "", token: String = "s3cret", connection: String = "close"
  ) -> String {
    let head = "\(method) \(target) HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \(token)\r\n"
    return "\(head)content-length: \(body.utf8.count)\r\nconnection: \(connection)\r\n\r\n\(body)"
  }

  func write(_ text: String) {
    let request = Array(text.utf8)
    var rest = request[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      // A server that refuses a request need not read it all.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Everything until the peer closes, or until the text was received.
  func read(until text: String? = nil) -> String {
    let wanted = text.map { Array($0.utf8) } ?? []
    var searched = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while wanted.isEmpty || !found(wanted, from: searched) {
      searched = max(0, received.count - wanted.count)
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      received += chunk[..<count]
    }
    return String(decoding: received, as: UTF8.self)
  }

  private func found(_ text: [UInt8], from start: Int) -> Bool {
    received.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      var start = start
      while let next = memchr(base + start, Int32(text[0]), bytes.count - start) {
        start = base.distance(to: next)
        if bytes[start...].starts(with: text) { return true }
        start += 1
      }
      return false
    }
  }

  static func ask(
    _ path: String, _ method: String, _ target: String, body: String = "", token: String = "s3cret"
  ) throws -> (status: Int, text: String) {
    try ask(SocketClient(path), method, target, body: body, token: token)
  }

  static func ask(
    port: Int, _ method: String, _ target: String, body: String = "", token: String = "s3cret"
  ) throws -> (status: Int, text: String) {
    try ask(SocketClient(port: port), method, target, body: body, token: token)
  }

  private static func ask(
    _ client: SocketClient, _ method: String, _ target: String, body: String, token: String
  ) throws -> (status: Int, text: String) {
    client.send(method, target, body: body, token: token)
    let text = client.read()
    guard text.hasPrefix("HTTP/1.1 ") else { throw ControlFailure(.unavailable, "No answer: \(text)") }
    return (Int(text.dropFirst(9).prefix(3)) ?? 0, text)
  }
}
