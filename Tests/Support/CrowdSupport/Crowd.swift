import Dispatch
import Glibc

/// Where a crowd knocks.
package enum Door: Sendable, Hashable, CustomStringConvertible {
  case unixSocket(String)
  /// On this machine.
  case port(Int)

  package var description: String {
    switch self {
    case .unixSocket(let path): path
    case .port(let port): "127.0.0.1:\(port)"
    }
  }

  /// A connected socket; waits until the server's queue has room.
  func connect() throws -> Int32 {
    switch self {
    case .unixSocket(let path):
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
      return try Self.connect(AF_UNIX, &address)
    case .port(let port):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(UInt16(port).bigEndian)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      return try Self.connect(AF_INET, &address)
    }
  }

  private static func connect<Address>(_ family: Int32, _ address: inout Address) throws -> Int32 {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      throw CrowdError(call: "connect", code: code)
    }
    return descriptor
  }
}

package struct CrowdError: Error {
  var call: String
  var code: Int32
}

/// Many connections to one server, each of which does what it is told and no more.
package final class Crowd {
  private let sockets: [Int32]
  private static let dontWait = Int32(MSG_DONTWAIT)

  package init(_ count: Int, at door: Door) async throws {
    sockets = try await offTasks { try Self.connect(count, at: door) }
  }

  private static func connect(_ count: Int, at door: Door) throws -> [Int32] {
    // Each takes a descriptor here.
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var sockets: [Int32] = []
    do {
      for _ in 0..<count { sockets.append(try door.connect()) }
    } catch {
      for socket in sockets { close(socket) }
      throw error
    }
    return sockets
  }

  /// Connects so many at a time and lets go of them, again and again, on a thread of its own, until `isOver`.
  package static func flood(_ count: Int, at door: Door, until isOver: @escaping @Sendable () -> Bool) {
    DispatchQueue(label: "flood").async {
      while !isOver() {
        guard let sockets = try? connect(count, at: door) else { continue }
        for socket in sockets { close(socket) }
      }
    }
  }

  deinit { for socket in sockets { close(socket) } }

  package var count: Int { sockets.count }

  /// What cannot be said to one that is gone is not said.
  package func say(_ text: String) {
    let bytes = Array(text.utf8)
    for socket in sockets { _ = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Self.dontWait) }
  }

  /// From here on it sends nothing more, and listens.
  package func closeSending() { for socket in sockets { shutdown(socket, Int32(SHUT_WR)) } }

  /// Those that the server has not closed, whatever it said before.
  package var open: Int { sockets.count { Self.isOpen($0) } }

  private static func isOpen(_ socket: Int32) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(socket, &buffer, buffer.count, dontWait)
      if count == 0 { return false }
      if count < 0 { return errno == EAGAIN || errno == EWOULDBLOCK }
    }
  }

  /// All that one connection is sent until the server closes it, or until the text was received; `nil` after so many
  /// seconds without either.
  package static func ask(
    _ door: Door, _ request: String, until text: String? = nil, seconds: Double = 1
  ) async throws -> String? {
    try await offTasks { try answer(door, request, until: text, seconds: seconds) }
  }

  private static func answer(
    _ door: Door, _ request: String, until text: String?, seconds: Double
  ) throws -> String? {
    let end = now() + seconds
    let socket = try door.connect()
    defer { close(socket) }
    let bytes = Array(request.utf8)
    _ = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while now() < end {
      var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&poll, 1, Int32(max(1, (end - now()) * 1000))) > 0 else { continue }
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
      let searched = max(0, answer.count - (text?.utf8.count ?? 0))
      answer += buffer[..<count]
      guard let text else { continue }
      let isThere = String(decoding: answer[searched...], as: UTF8.self).contains(text)
      if isThere { return String(decoding: answer, as: UTF8.self) }
    }
    return nil
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// What blocks must not take the threads of tasks: a server in the same process would wait for them.
private func offTasks<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
  }
}
