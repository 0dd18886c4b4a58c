import CCurl
import Synchronization

/// How other threads speak to the event loop: they leave commands and wake it.
final class Inbox: Sendable {
  enum Command: Sendable {
    case start(Exchange)
    /// The consumer has caught up.
    case resume(Exchange)
    case cancel(Exchange)
    case stop
  }

  private struct State {
    var commands: [Command] = []
    /// `nil` once the loop has ended: `curl_multi_wakeup` must not meet a handle that is gone.
    var multi: UnsafeMutableRawPointer?
  }

  private let state: Mutex<State>

  init(waking address: UInt) {
    state = Mutex(State(multi: UnsafeMutableRawPointer(bitPattern: address)))
  }

  /// `false` when the loop has ended.
  @discardableResult func post(_ command: Command) -> Bool {
    state.withLock { state in
      guard let multi = state.multi else { return false }
      state.commands.append(command)
      // One wake-up takes all commands.
      if state.commands.count == 1 { curl_multi_wakeup(multi) }
      return true
    }
  }

  func take() -> [Command] {
    state.withLock { state in
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// The commands that nobody will carry out; later ones are refused.
  func close() -> [Command] {
    state.withLock { state in
      defer { state = State(multi: nil) }
      return state.commands
    }
  }
}
