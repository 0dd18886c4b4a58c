import ControlModel
import Glibc
import TranscriptImport

/// A folder of its own for one test, gone with it.
final class Folder {
  let path: String

  init() throws {
    var template = Array("/tmp/paddock-import-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ControlFailure(.unavailable, "No folder could be made.") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { remove(path) }

  /// Writes a file, and the folders above it.
  @discardableResult func write(_ text: String, _ name: String) throws -> String {
    try write(Array(text.utf8), name)
  }

  @discardableResult func write(_ bytes: [UInt8], _ name: String) throws -> String {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += "/\(part)"
      mkdir(folder, 0o755)
    }
    let file = "\(path)/\(name)"
    guard let stream = fopen(file, "w") else { throw ControlFailure(.unavailable, "\(file) cannot be written.") }
    fwrite(bytes, 1, bytes.count, stream)
    fclose(stream)
    return file
  }

  /// Dates a file's last change back.
  func setAge(_ name: String, seconds: Int) {
    var times = [timespec(), timespec()]
    clock_gettime(CLOCK_REALTIME, &times[0])
    times[0].tv_sec -= seconds
    times[1] = times[0]
    utimensat(AT_FDCWD, "\(path)/\(name)", times, 0)
  }

  /// A link goes by itself: only what is really a folder, and cannot be removed with what is in it, is opened. Whatever a
  /// link in here leads to is not the test's to remove.
  private func remove(_ path: String) {
    guard Glibc.remove(path) != 0 else { return }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, let directory = opendir(path) else { return }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { remove("\(path)/\(name)") }
    }
    closedir(directory)
    _ = Glibc.remove(path)
  }
}

enum Bytes {
  static func of(_ path: String) -> [UInt8] {
    guard let stream = fopen(path, "r") else { return [] }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, stream)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}

func importing(_ paths: [String], into store: any TranscriptStore) async throws -> ImportReport {
  let importer = TranscriptImporter(store: store, team: try ResourceName("imported"), actor: "test")
  return try await importer.importPaths(paths)
}
