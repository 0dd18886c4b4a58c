import Dispatch
import Glibc
import Synchronization

/// A relay of TCP whose connections can be frozen, as by a load balancer that lost its backend without a word: what is
/// sent is acknowledged by the kernel and goes nowhere.
package final class FreezingRelay: Sendable {
  private let server: LoopbackServer
  private let epoch: Epoch

  private final class Epoch: Sendable {
    let number = Atomic(0)

    var now: Int { number.load(ordering: .acquiring) }
  }

  package var port: Int { server.port }
  /// How many were opened.
  package var connectionCount: Int { server.connectionCount }

  package init(to port: Int) throws {
    let epoch = Epoch()
    self.epoch = epoch
    server = try LoopbackServer { connection in
      let born = epoch.now
      let target = LoopbackServer.connect(UInt16(port))
      let client = connection.descriptor
      let back = DispatchSemaphore(value: 0)
      onThread {
        Self.pump(target, client, born, epoch)
        back.signal()
      }
      Self.pump(client, target, born, epoch)
      shutdown(target, Int32(SHUT_RDWR))
      back.wait()
      close(target)
    }
  }

  /// What is open now gets no more bytes, either way; new connections pass.
  package func freezeWhatIsOpen() {
    epoch.number.add(1, ordering: .acquiringAndReleasing)
  }

  package func stop() { server.stop() }

  private static func pump(_ source: Int32, _ target: Int32, _ born: Int, _ epoch: Epoch) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(source, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      guard epoch.now == born else { continue }
      var sent = 0
      while sent < count {
        let written = buffer[sent..<count].withUnsafeBytes {
          send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard written > 0 else { return }
        sent += written
      }
    }
    // An end is no byte, and goes nowhere either.
    if epoch.now == born { shutdown(target, Int32(SHUT_RDWR)) }
  }
}
