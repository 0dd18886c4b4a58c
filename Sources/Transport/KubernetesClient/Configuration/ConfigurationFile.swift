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

extension ConfigurationFile {
  /// In UTF-8, or in UTF-16 behind a mark of its byte order: Windows' editors and shells write kubeconfigs so, and kubectl
  /// reads them.
  static func text(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(validating: bytes.dropFirst(3), as: UTF8.self) }
    let isLittleEndian = bytes.starts(with: [0xFF, 0xFE])
    guard isLittleEndian || bytes.starts(with: [0xFE, 0xFF]) else { return String(validating: bytes, as: UTF8.self) }
    guard bytes.count.isMultiple(of: 2) else { return nil }
    let units = stride(from: 2, to: bytes.count, by: 2).map { index in
      let pair = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isLittleEndian ? pair.1 << 8 | pair.0 : pair.0 << 8 | pair.1
    }
    return String(validating: units, as: UTF16.self)
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
