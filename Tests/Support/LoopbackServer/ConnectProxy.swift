import Glibc
import Synchronization

/// A proxy that tunnels to this machine and remembers where to.
package final class ConnectProxy: Sendable {
  private let server: LoopbackServer
  private let log: Log

  private final class Log: Sendable {
    let targets = Mutex<[String]>([])
  }

  package var url: String { server.url }
  package var targets: [String] { log.targets.withLock { $0 } }

  package init() throws {
    let log = Log()
    self.log = log
    server = try LoopbackServer { connection in
      guard let request = connection.readRequest() else { return }
      let words = request.line.split(separator: " ")
      guard words.count > 1, words[0] == "CONNECT",
        let port = words[1].split(separator: ":").last.flatMap({ UInt16($0) })
      else { return }
      log.targets.withLock { $0.append(String(words[1])) }
      let target = LoopbackServer.connect(port)
      connection.write("HTTP/1.1 200 Connected\r\n\r\n")
      Self.splice(connection.descriptor, target)
      close(target)
    }
  }

  package func stop() { server.stop() }

  private static func splice(_ left: Int32, _ right: Int32) {
    let back = Signal()
    onThread {
      pump(right, left)
      back.send()
    }
    pump(left, right)
    shutdown(left, Int32(SHUT_RDWR))
  }

  private static func pump(_ source: Int32, _ target: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(source, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      var sent = 0
      while sent < count {
        let written = buffer[sent..<count].withUnsafeBytes {
          send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard written > 0 else { return }
        sent += written
      }
    }
    shutdown(target, Int32(SHUT_RDWR))
  }
}
