import Dispatch
import Glibc
import Readiness

/// The runner's end of a process's standard output or error. Confined to its queue.
final class OutputPipe {
  private static let chunkSize = 64 << 10
  /// A descendant that left the process group may write for ever: reading on after the exit has to end somewhere.
  private static let drainLimit = 32 << 20

  private let descriptor: Int32
  private let source: ReadinessSource
  private let deliver: (LineSplitter.Piece) -> Void
  private let ended: () -> Void
  private var splitter: LineSplitter
  private var buffer = [UInt8](repeating: 0, count: OutputPipe.chunkSize)
  private var isPaused = true
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

  /// While paused, the pipe fills up and the process has to wait.
  func pause() {
    guard isOpen, !isPaused else { return }
    isPaused = true
    source.suspend()
  }

  func resume() {
    guard isOpen, isPaused else { return }
    isPaused = false
    source.resume()
  }

  /// Takes what is there, delivers a last line without its newline, and closes.
  func finish() {
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
    let pieces = buffer.withUnsafeBytes { splitter.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    for piece in pieces { deliver(piece) }
    return true
  }

  private func close() {
    guard isOpen else { return }
    if let piece = splitter.end() { deliver(piece) }
    // A suspended source can neither be cancelled nor released.
    resume()
    isOpen = false
    source.cancel()
  }
}
