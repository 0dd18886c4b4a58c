import CSpawn
import Glibc

/// Two ends of a pipe, both close-on-exec. Whoever makes one closes both ends.
struct Pipe {
  let readEnd: Int32
  let writeEnd: Int32

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard cspawn_pipe(&ends) == 0 else { throw .last("pipe2") }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  /// Applies to one end alone: the process keeps its own blocking.
  static func setNonBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }
}
