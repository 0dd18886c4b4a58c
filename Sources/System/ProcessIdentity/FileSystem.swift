import Files
import Glibc

/// A plain file's bytes; `nil` when it cannot be read, is anything else, or has no end within that many bytes. Works for
/// `/proc`, whose files have no size.
package func readFile(_ path: String, atMost size: Int = 256 << 20) -> [UInt8]? {
  try? PlainFile.read(path, atMost: size)
}

package func readText(_ path: String) -> String? {
  readFile(path).map { String(decoding: $0, as: UTF8.self) }
}

/// The names in a directory without `.` and `..`; `nil` when it cannot be read.
package func namesIn(_ directory: String) -> [String]? {
  guard let stream = opendir(directory) else { return nil }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}

/// `nil` when the path is no symbolic link.
package func linkTarget(_ path: String) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
    guard let base = buffer.baseAddress else { return nil }
    let count = readlink(path, base, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
