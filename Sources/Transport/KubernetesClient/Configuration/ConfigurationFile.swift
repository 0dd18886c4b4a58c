import Files
import Glibc

/// Small files that configuration names; read in one piece.
enum ConfigurationFile {
  /// A kubeconfig of a thousand clusters is 4 MB.
  private static let maximumSize = 64 << 20

  /// `nil` when there is no such file.
  static func read(_ path: String) throws(ConfigurationProblem) -> [UInt8]? {
    do { return try isInherited(path) ? inherited(path) : PlainFile.read(path, atMost: maximumSize) } catch {
      switch error {
      case let error where error.isMissing: return nil
      case .system(let error):
        throw ConfigurationProblem(path: path, problem: "cannot be read: \(systemText(error.number))")
      case .kind: throw ConfigurationProblem(path: path, problem: "cannot be read: \(error)")
      case .larger: throw ConfigurationProblem(path: path, problem: "is larger than \(maximumSize >> 20) MiB")
      }
    }
  }

  /// What the caller has opened for this program, as a shell does for `<(…)`: a pipe that is meant.
  private static func isInherited(_ path: String) -> Bool {
    path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/") || path == "/dev/stdin"
  }

  private static func inherited(_ path: String) throws(PlainFileProblem) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(FileSystemError()) }
    defer { close(descriptor) }
    guard let bytes = try readToEnd(of: descriptor, atMost: maximumSize) else { throw .larger(than: maximumSize) }
    return bytes
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
