import CCurl
import Glibc
import Synchronization

/// How other threads speak to the event loop: they leave commands and wake it.
final class Inbox: Sendable {
  enum Command: Sendable {
    case start(Exchange)
    /// The consumer has caught up.
    case resume(Exchange)
    case cancel(Exchange)
    case open(DuplexChannel)
    /// There is something to send, or room for what arrives.
    case move(DuplexChannel)
    case closing(DuplexChannel)
    case stop
  }

  private struct State {
    var commands: [Command] = []
    /// An eventfd; -1 once the loop has ended, because its number may then name something else.
    var bell: Int32
  }

  private let state: Mutex<State>

  /// Owns `bell` until it is closed.
  init(bell: Int32) {
    state = Mutex(State(bell: bell))
  }

  /// `false` when the loop has ended.
  @discardableResult func post(_ command: Command) -> Bool {
    state.withLock { state in
      guard state.bell >= 0 else { return false }
      state.commands.append(command)
      // One ring takes all commands.
      if state.commands.count == 1 { eventfd_write(state.bell, 1) }
      return true
    }
  }

  func take() -> [Command] {
    state.withLock { state in
      var rings: eventfd_t = 0
      eventfd_read(state.bell, &rings)
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// The commands that nobody will carry out; later ones are refused.
  func close() -> [Command] {
    state.withLock { state in
      Glibc.close(state.bell)
      defer { state = State(bell: -1) }
      return state.commands
    }
  }
}
