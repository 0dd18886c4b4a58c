import Glibc
import Synchronization

/// A server that does exactly what a test tells it, one thread a connection, on loopback or on a unix socket.
package final class LoopbackServer: Sendable {
  package typealias Handler = @Sendable (Connection) -> Void

  package let port: Int
  private let listener: Int32
  private let handler: Handler
  private let connections = Mutex<Int>(0)

  /// How many were accepted.
  package var connectionCount: Int { connections.withLock { $0 } }

  package var url: String { "http://127.0.0.1:\(port)" }

  /// All of 127.0.0.0/8 is loopback: tests that need one port take hosts of their own. Without a port any free one.
  package init(host: String = "127.0.0.1", port: UInt16 = 0, _ handler: @escaping Handler) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr(host)
    address.sin_port = port.bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (bound, found) = withUnsafeMutableBytes(of: &address) { bytes -> (Int32, Int32) in
      guard let base = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return (-1, -1) }
      return (bind(descriptor, base, size), getsockname(descriptor, base, &size))
    }
    guard bound == 0 && found == 0 && listen(descriptor, 1024) == 0 else { throw LoopbackError(number: errno) }
    listener = descriptor
    self.port = Int(address.sin_port.byteSwapped)
    self.handler = handler
    acceptForever()
  }

  /// The path must be short; a test of a long one binds it from inside its directory.
  package init(unixSocket path: String, _ handler: @escaping Handler) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw LoopbackError(number: errno) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafeBytes(of: &address) { bytes -> Int32 in
      guard let base = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
      return bind(descriptor, base, socklen_t(bytes.count))
    }
    guard bound == 0 && listen(descriptor, 1024) == 0 else { throw LoopbackError(number: errno) }
    listener = descriptor
    port = 0
    self.handler = handler
    acceptForever()
  }

  /// A connection to a port of this machine; whoever asks closes it.
  static func connect(_ port: UInt16) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    _ = withUnsafeBytes(of: &address) { bytes in
      bytes.baseAddress.map {
        Glibc.connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
      }
    }
    return descriptor
  }

  /// Accepts no more; what is open stays open.
  package func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func acceptForever() {
    onThread { [self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { break }
        connections.withLock { $0 += 1 }
        let handler = handler
        onThread { handler(Connection(descriptor)) }
      }
      close(listener)
    }
  }
}

/// One accepted connection; closed when the handler lets go of it.
package final class Connection {
  package struct Request {
    package var line: String
    package var fields: [String]
    package var body: [UInt8]

    package func field(_ name: String) -> String? {
      fields.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
    }
  }

  package let descriptor: Int32
  private var unread: [UInt8] = []

  fileprivate init(_ descriptor: Int32) {
    self.descriptor = descriptor
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(descriptor) }

  /// `nil` when the client has gone.
  package func readRequest() -> Request? {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard let byte = readByte() else { return nil }
      head.append(byte)
    }
    let lines = String(decoding: head.dropLast(4), as: UTF8.self).split(separator: "\r\n").map(String.init)
    var request = Request(line: lines.first ?? "", fields: Array(lines.dropFirst()), body: [])
    for _ in 0..<(request.field("content-length").flatMap { Int($0) } ?? 0) {
      guard let byte = readByte() else { return nil }
      request.body.append(byte)
    }
    return request
  }

  /// `false` when the client has gone.
  @discardableResult package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

  @discardableResult package func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// A whole response with a length.
  @discardableResult package func respond(_ status: String = "200 OK", _ body: String = "") -> Bool {
    write("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  @discardableResult package func writeChunk(_ text: String) -> Bool {
    write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
  }

  /// Sends everything back until the client has closed its side.
  package func echo() {
    while let byte = readByte() {
      let bytes = [byte] + unread.reversed()
      unread = []
      guard write(bytes) else { return }
    }
  }

  /// Everything up to the end of the client's side.
  package func readAll() -> [UInt8] {
    var bytes: [UInt8] = []
    while let byte = readByte() {
      bytes.append(byte)
      bytes += unread.reversed()
      unread = []
    }
    return bytes
  }

  /// Blocks until the client has closed its side.
  package func waitForClose() {
    while readByte() != nil {}
  }

  package func readByte() -> UInt8? {
    if unread.isEmpty {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      unread = buffer.prefix(count).reversed()
    }
    return unread.removeLast()
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// Blocking code stays off the cooperative pool.
package func onThread(_ body: @escaping @Sendable () -> Void) {
  var thread = pthread_t()
  let work = Unmanaged.passRetained(Work(body)).toOpaque()
  let result = pthread_create(
    &thread, nil,
    { context in
      if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
      return nil
    }, work)
  precondition(result == 0, "no thread for a test")
  pthread_detach(thread)
}

/// Something one side tells the other, once.
package final class Signal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  package init() { (stream, continuation) = AsyncStream.makeStream() }

  package func send() { continuation.finish() }

  package func wait() async { for await _ in stream {} }
}

/// An `errno`.
package struct LoopbackError: Error {
  package var number: Int32

  package init(number: Int32) {
    self.number = number
  }
}
