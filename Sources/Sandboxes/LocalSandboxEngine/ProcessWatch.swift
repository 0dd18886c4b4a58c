import Dispatch
import Glibc
import ProcessIdentity
import Readiness

/// Calls back once when a process has ended, whoever started it.
final class ProcessWatch {
  private let source: ReadinessSource

  init(_ handle: ProcessHandle, queue: DispatchQueue, onEnd: @escaping @Sendable () -> Void) {
    let source = ReadinessSource(handle.descriptor, for: .reading, queue: queue)
    self.source = source
    source.setEventHandler {
      // A runner that this process started would stay a zombie; one that it adopted is not its child to wait for.
      waitpid(handle.identity.pid, nil, WNOHANG)
      source.cancel()
      onEnd()
    }
    // The descriptor must stay open until the source has let go of it.
    source.setCancelHandler { _ = handle.identity }
    source.resume()
  }

  deinit { source.cancel() }
}
