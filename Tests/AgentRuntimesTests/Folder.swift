import Glibc

/// A directory of one test's own; gone with the value.
final class Folder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/paddock-runtimes-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CommandFailure(command: ["mkdtemp"], status: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    _ = try? output(of: ["/bin/rm", "-rf", path])
  }
}

/// The whole file as text; empty if there is none.
func contents(of path: String) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return [] }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  while case let count = buffer.withUnsafeMutableBytes({ read(descriptor, $0.baseAddress, $0.count) }), count > 0 {
    bytes += buffer[..<count]
  }
  return bytes
}
