import CLinux
import Glibc

/// Holds on to one process, so that a signal can never reach another one that has been given its number.
package final class ProcessHandle: Sendable {
  package let identity: ProcessIdentity
  package let descriptor: Int32

  /// `nil` when that very process is gone.
  package init?(_ identity: ProcessIdentity) {
    let descriptor = paddock_pidfd_open(identity.pid)
    guard descriptor >= 0 else { return nil }
    // Only now is it certain which process the descriptor means.
    guard identity.isAlive else {
      close(descriptor)
      return nil
    }
    self.identity = identity
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// A process that has ended meanwhile is none to signal.
  package func signal(_ number: Int32) {
    _ = paddock_pidfd_send_signal(descriptor, number)
  }

  /// Blocks its thread until the process has ended or the time is over.
  package func waitForEnd(milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }
}
