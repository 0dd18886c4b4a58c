import Glibc

/// Small files that configuration names; read in one piece.
enum ConfigurationFile {
  /// A kubeconfig of a thousand clusters is 4 MB.
  private static let maximumSize = 64 << 20

  /// `nil` when there is no such file.
  static func read(_ path: String) throws(ConfigurationProblem) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw ConfigurationProblem(path: path, problem: "cannot be read: \(systemText(errno))")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= maximumSize {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw ConfigurationProblem(path: path, problem: "cannot be read: \(systemText(errno))") }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
    throw ConfigurationProblem(path: path, problem: "is larger than \(maximumSize >> 20) MiB")
  }

  static func required(_ path: String) throws(ConfigurationProblem) -> [UInt8] {
    guard let bytes = try read(path) else { throw ConfigurationProblem(path: path, problem: "is not there") }
    return bytes
  }
}

extension ConfigurationProblem: Error {}

/// The text of an `errno`, in lower case so that it can end a sentence.
func systemText(_ number: Int32) -> String {
  // strerror's buffer is shared by all threads; strerror_r's is ours.
  var buffer = [CChar](repeating: 0, count: 256)
  let text = buffer.withUnsafeMutableBufferPointer { buffer -> String in
    guard let base = buffer.baseAddress, strerror_r(number, base, buffer.count) == 0 else { return "" }
    return String(cString: base)
  }
  return text.isEmpty ? "error \(number)" : text.lowercased()
}
