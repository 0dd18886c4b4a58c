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
    try #require(result == 0)
  }

  deinit { close(descriptor) }

  func send(_ method: String, _ target: String, body: String = "", token: String = "s3cret") {
    let head = "\(method) \(target) HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \(token)\r\n"
    let request = Array("\(head)content-length: \(body.utf8.count)\r\nconnection: close\r\n\r\n\(body)".utf8)
    #expect(write(descriptor, request, request.count) == request.count)
  }

  /// Everything until the peer closes, or until `enough`.
  func read(until enough: (String) -> Bool = { _ in false }) -> String {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while !enough(String(decoding: received, as: UTF8.self)) {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      received += chunk[..<count]
    }
    return String(decoding: received, as: UTF8.self)
  }

  static func ask(
    _ path: String, _ method: String, _ target: String, body: String = "", token: String = "s3cret"
  ) throws -> (status: Int, text: String) {
    let client = try SocketClient(path)
    client.send(method, target, body: body, token: token)
    let text = client.read()
    return (Int(text.dropFirst(9).prefix(3)) ?? 0, text)
  }
}
