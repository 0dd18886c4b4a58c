import ControlModel
import Glibc
import Testing

/// A folder of one test's own, gone with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/paddock-runner-tests-XXXXXX".utf8CString)
    path = String(cString: try #require(mkdtemp(&template)))
  }

  deinit { Self.remove(path) }

  func read(_ name: String) throws -> [UInt8] {
    guard let file = fopen("\(path)/\(name)", "re") else {
      throw ControlFailure(.notFound, "'\(path)/\(name)' cannot be read.")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return bytes
  }

  func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

  /// Quick for files of many megabytes, unoptimised too.
  func lines(_ name: String) throws -> [[UInt8]] {
    try read(name).withUnsafeBytes { bytes in
      var lines: [[UInt8]] = []
      var rest = bytes[...]
      while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, let end = memchr(base, 0x0A, rest.count) {
        let length = UnsafeRawPointer(end) - base
        lines.append(Array(rest.prefix(length)))
        rest = rest.dropFirst(length + 1)
      }
      return lines
    }
  }

  func size(_ name: String) -> Int {
    var status = stat()
    return stat("\(path)/\(name)", &status) == 0 ? Int(status.st_size) : 0
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    let file = try #require(fopen("\(path)/\(name)", "we"))
    defer { fclose(file) }
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }

  var names: [String] { Self.names(in: path) }

  private static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  private static func remove(_ path: String) {
    guard Glibc.remove(path) != 0 else { return }
    for name in names(in: path) { remove("\(path)/\(name)") }
    _ = Glibc.remove(path)
  }
}
