import CLinux
import Glibc
import Synchronization

/// The one thread of the process that waits for descriptors. The kernel keeps a number for each registration that is never
/// used again: an event that comes late finds nobody.
final class ReadinessLoop: Sendable {
  static let shared = ReadinessLoop()

  private static let most = 64

  private struct Entry {
    weak var source: ReadinessSource?
  }

  private let epoll: Int32
  private let entries = Mutex<[UInt64: Entry]>([:])
  private let lastToken = Atomic<UInt64>(0)

  private init() {
    epoll = paddock_epoll_create()
    precondition(epoll >= 0, "epoll_create1 failed with error \(errno)")
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 256 << 10)
    let result = pthread_create(
      &thread, &attributes,
      { _ in
        ReadinessLoop.shared.run()
        return nil
      }, nil)
    precondition(result == 0, "pthread_create failed with error \(result)")
  }

  func makeToken() -> UInt64 { lastToken.add(1, ordering: .relaxed).newValue }

  /// For one event. False where the kernel does not watch such a descriptor.
  func arm(_ source: ReadinessSource, _ token: UInt64, isKnown: Bool) -> Bool {
    if !isKnown { entries.withLock { $0[token] = Entry(source: source) } }
    let (descriptor, events) = (source.descriptor, source.directions.rawValue)
    if paddock_epoll_set(epoll, descriptor, events, token, isKnown ? 1 : 0) == 0 { return true }
    // A descriptor that was closed without a word has taken its registration along, or left one under its number.
    let isOtherwise = errno == (isKnown ? ENOENT : EEXIST)
    if isOtherwise, paddock_epoll_set(epoll, descriptor, events, token, isKnown ? 0 : 1) == 0 { return true }
    if !isKnown { forget(token) }
    return false
  }

  func remove(_ token: UInt64, _ descriptor: Int32) {
    forget(token)
    _ = paddock_epoll_remove(epoll, descriptor)
  }

  func forget(_ token: UInt64) { _ = entries.withLock { $0.removeValue(forKey: token) } }

  private func run() {
    // Signals are for those who wait for them.
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var tokens = [UInt64](repeating: 0, count: Self.most)
    while true {
      let count = paddock_epoll_wait(epoll, &tokens, Int32(Self.most))
      precondition(count >= 0 || errno == EINTR, "epoll_wait failed with error \(errno)")
      for token in tokens.prefix(max(0, Int(count))) {
        let source = entries.withLock { $0[token]?.source }
        source?.tell()
      }
    }
  }
}
