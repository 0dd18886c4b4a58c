import CLinux
package import Dispatch
import Glibc
import Synchronization

/// Calls back on a queue while a descriptor can be read or written, as a dispatch source does.
///
/// Not a dispatch source: when the other end of a pipe or a socket goes away, libdispatch on Linux lets the source's queue
/// take its registration apart while its own thread still walks it, and the process dies there sooner or later
/// (swift-corelibs-libdispatch, `_dispatch_event_merge_hangup`).
package final class ReadinessSource: Sendable {
  package struct Directions: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let reading = Directions(rawValue: UInt32(PADDOCK_EPOLL_IN))
    package static let writing = Directions(rawValue: UInt32(PADDOCK_EPOLL_OUT))
  }

  private struct State {
    var isResumed = false
    var isCancelled = false
    /// The kernel tells of the next event, and of no more.
    var isArmed = false
    /// It has told, and the queue has not been called yet, or has not returned.
    var isCalling = false
    var isRegistered = false
  }

  let descriptor: Int32
  let directions: Directions
  private let queue: DispatchQueue
  private let token = ReadinessLoop.shared.makeToken()
  private let state = Mutex(State())
  /// Safe because both are set before the first `resume()`, and called and taken away on the queue.
  nonisolated(unsafe) private var eventHandler: (() -> Void)?
  /// Safe for the same reason.
  nonisolated(unsafe) private var cancelHandler: (() -> Void)?

  /// Suspended. The descriptor is to stay open until the cancel handler is called, and to have no other source.
  package init(_ descriptor: Int32, for directions: Directions, queue: DispatchQueue) {
    self.descriptor = descriptor
    self.directions = directions
    self.queue = queue
  }

  deinit { ReadinessLoop.shared.forget(token) }

  package func setEventHandler(_ handler: @escaping () -> Void) { eventHandler = handler }
  package func setCancelHandler(_ handler: @escaping () -> Void) { cancelHandler = handler }

  package func resume() {
    state.withLock { state in
      state.isResumed = true
      arm(&state)
    }
  }

  /// The handler is not called any more, or once if it is being called, until `resume()`.
  package func suspend() { state.withLock { $0.isResumed = false } }

  /// The event handler is not called any more if this is called on the queue; the cancel handler is, once, and both are let
  /// go of.
  package func cancel() {
    let isFirst = state.withLock { state in
      guard !state.isCancelled else { return false }
      state.isCancelled = true
      if state.isRegistered { ReadinessLoop.shared.remove(token, descriptor) }
      return true
    }
    guard isFirst else { return }
    queue.async {
      let handler = self.cancelHandler
      (self.eventHandler, self.cancelHandler) = (nil, nil)
      handler?()
    }
  }

  private func arm(_ state: inout State) {
    guard state.isResumed, !state.isCancelled, !state.isArmed, !state.isCalling else { return }
    state.isArmed = true
    if ReadinessLoop.shared.arm(self, token, isKnown: state.isRegistered) {
      state.isRegistered = true
    } else {
      // The kernel watches no plain files, and so many descriptors of one user: these are looked at now and then.
      queue.asyncAfter(deadline: .now() + .milliseconds(10)) { [weak self] in self?.look() }
    }
  }

  private func look() {
    var entry = pollfd(fd: descriptor, events: Int16(bitPattern: UInt16(directions.rawValue)), revents: 0)
    if poll(&entry, 1, 0) != 0 { return tell() }
    state.withLock { state in
      state.isArmed = false
      arm(&state)
    }
  }

  /// By the loop's thread: what it knows may be over by now.
  func tell() {
    let isNews = state.withLock { state in
      guard state.isArmed, !state.isCancelled else { return false }
      (state.isArmed, state.isCalling) = (false, true)
      return true
    }
    if isNews { queue.async { self.call() } }
  }

  private func call() {
    if state.withLock({ $0.isResumed && !$0.isCancelled }) { eventHandler?() }
    state.withLock { state in
      state.isCalling = false
      arm(&state)
    }
  }
}
