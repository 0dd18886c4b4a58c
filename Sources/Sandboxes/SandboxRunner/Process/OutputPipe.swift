import Dispatch
import Glibc
import Readiness

/// The runner's end of a process's standard output or error. Confined to its queue.
final class OutputPipe {
  private static let chunkSize = 64 << 10
  /// A descendant that left the process group may write for ever: reading on after the exit has to end somewhere. More
  /// than what a pipe holds (1 MiB at most, unless it is made larger with a privilege) the process itself did not leave.
  private static let drainLimit = 2 << 20

  private let descriptor: Int32
  private let source: ReadinessSource
  private let deliver: (LineSplitter.Piece) -> Void
  private let ended: () -> Void
  private var splitter: LineSplitter
  private var buffer = [UInt8](repeating: 0, count: OutputPipe.chunkSize)
  /// Lines that were read, and not wanted yet.
  private var backlog: ArraySlice<LineSplitter.Piece> = []
  private var isPaused = true
  private var isDelivering = false
  private var isFinishing = false
  /// The source calls back.
  private var isArmed = false
  private(set) var isOpen = true

  /// Takes the descriptor over. `ended` is called once, at the end of file.
  init(
    _ descriptor: Int32, limit: Int, on queue: DispatchQueue, deliver: @escaping (LineSplitter.Piece) -> Void,
    ended: @escaping () -> Void
  ) {
    self.descriptor = descriptor
    self.deliver = deliver
    self.ended = ended
    splitter = LineSplitter(limit: limit)
    Pipe.setNonBlocking(descriptor)
    source = ReadinessSource(descriptor, for: .reading, queue: queue)
    source.setCancelHandler { _ = Glibc.close(descriptor) }
  }

  func start() {
    source.setEventHandler { [weak self] in self?.readable() }
    resume()
  }

  /// Nothing is held back on this side.
  var isRead: Bool { !isOpen || (!isPaused && backlog.isEmpty) }

  /// While paused, nothing is delivered, the pipe fills up, and the process has to wait.
  func pause() {
    isPaused = true
    arm()
  }

  func resume() {
    guard isPaused else { return }
    isPaused = false
    deliverBacklog()
  }

  /// Takes what is there, delivers all of it and a last line without its newline, paused or not, and closes.
  func finish() {
    isFinishing = true
    deliverBacklog()
    var budget = Self.drainLimit / Self.chunkSize
    while isOpen, budget > 0, readOnce() { budget -= 1 }
    close()
  }

  private func readable() {
    // One chunk a turn, so that the other stream and requests have theirs.
    guard isOpen, !readOnce(), isAtEnd else { return }
    close()
    ended()
  }

  private var isAtEnd = false

  /// `false` when there is nothing more at the moment, or ever.
  private func readOnce() -> Bool {
    let count = retrying { read(descriptor, &buffer, Self.chunkSize) }
    guard count > 0 else {
      isAtEnd = count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
      return false
    }
    backlog += buffer.withUnsafeBytes { splitter.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    deliverBacklog()
    return true
  }

  /// Whoever takes a line may pause or resume while it does.
  private func deliverBacklog() {
    guard !isDelivering else { return }
    isDelivering = true
    while isFinishing || !isPaused, let piece = backlog.popFirst() { deliver(piece) }
    isDelivering = false
    if backlog.isEmpty { backlog = [] }
    arm()
  }

  private func arm() {
    guard isOpen, isArmed == isPaused else { return }
    isArmed.toggle()
    if isArmed { source.resume() } else { source.suspend() }
  }

  private func close() {
    guard isOpen else { return }
    isFinishing = true
    if let piece = splitter.end() { backlog.append(piece) }
    deliverBacklog()
    isOpen = false
    // A suspended source can neither be cancelled nor released.
    if !isArmed { source.resume() }
    source.cancel()
  }
}
