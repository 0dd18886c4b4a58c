import Dispatch
import Glibc
import Readiness

/// The runner's end of a process's standard input: takes everything at once and writes as the process reads.
/// Confined to its queue.
final class InputPipe {
  private let descriptor: Int32
  private let source: ReadinessSource
  private var pending: ArraySlice<UInt8> = []
  private var isArmed = false
  private var isClosing = false
  private var isOpen = true

  /// Takes the descriptor over.
  init(_ descriptor: Int32, on queue: DispatchQueue) {
    self.descriptor = descriptor
    Pipe.setNonBlocking(descriptor)
    source = ReadinessSource(descriptor, for: .writing, queue: queue)
    source.setCancelHandler { _ = Glibc.close(descriptor) }
  }

  func start() {
    source.setEventHandler { [weak self] in self?.flush() }
  }

  /// Bytes that the process has not read yet.
  var backlog: Int { pending.count }

  /// Everything that was written has been read.
  var isDrained: Bool {
    var unread: Int32 = 0
    return isOpen && pending.isEmpty && ioctl(descriptor, UInt(FIONREAD), &unread) == 0 && unread == 0
  }

  /// As `/proc/PID/fd` shows either end.
  var name: String? {
    var status = stat()
    return isOpen && fstat(descriptor, &status) == 0 ? "pipe:[\(status.st_ino)]" : nil
  }

  func write(_ bytes: [UInt8]) {
    guard isOpen, !isClosing else { return }
    pending.append(contentsOf: bytes)
    flush()
  }

  /// Once everything is written.
  func closeWhenWritten() {
    isClosing = true
    flush()
  }

  func close() {
    guard isOpen else { return }
    pending = []
    isOpen = false
    source.cancel()
  }

  private func flush() {
    guard isOpen else { return }
    while !pending.isEmpty {
      let count = retrying { pending.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } }
      if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return arm(true) }
      // EPIPE: the process has closed its end; its exit tells the rest.
      guard count > 0 else { return close() }
      pending = pending.dropFirst(count)
    }
    pending = []
    arm(false)
    if isClosing { close() }
  }

  private func arm(_ wanted: Bool) {
    guard isOpen, wanted != isArmed else { return }
    isArmed = wanted
    if wanted { source.resume() } else { source.suspend() }
  }
}
