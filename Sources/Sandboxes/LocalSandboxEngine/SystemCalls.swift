import ControlModel
import Files
import Glibc

/// A call to the system that failed, and at which path.
func systemFailure(_ action: String, _ path: String, number: Int32 = errno) -> ControlFailure {
  let code: ControlFailure.Code =
    switch number {
    case EACCES, EPERM: .permissionDenied
    case ENOENT: .notFound
    case ENOSPC, EDQUOT, EROFS: .unsupported
    default: .internalError
    }
  return ControlFailure(
    code, JailFault.system.told(action, path, strerror(number).map { String(cString: $0) } ?? "error \(number)"))
}

func systemFailure(_ action: String, _ path: String, _ problem: PlainFileProblem) -> ControlFailure {
  if case .system(let error) = problem { return systemFailure(action, path, number: error.number) }
  return ControlFailure(.malformed, JailFault.system.told(action, path, "\(problem)"))
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// A link that leads nowhere counts, too.
func entryExists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// The path without links, dots and doubled slashes; `nil` when nothing is there.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

func directoryOf(_ path: String) -> String {
  guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
  return String(path[..<slash])
}

/// Makes the directory and those above it; one that exists keeps its mode.
func makeDirectory(_ path: String, mode: mode_t = 0o700) throws(ControlFailure) {
  if mkdir(path, mode) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, path != "/" else { throw systemFailure("make the directory", path) }
  try makeDirectory(directoryOf(path), mode: mode)
  guard mkdir(path, mode) == 0 || errno == EEXIST else { throw systemFailure("make the directory", path) }
}

/// Replaces a file as a whole and durably: after a crash there is the old content or the new one, never a part.
func replaceFile(_ path: String, with bytes: [UInt8], mode: mode_t = 0o600) throws(ControlFailure) {
  let temporary = path + ".new"
  let descriptor: Int32
  do {
    descriptor = try PlainFile.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode, followingLinks: false)
  } catch { throw systemFailure("write", temporary, error) }
  defer { close(descriptor) }
  guard fchmod(descriptor, mode) == 0 else { throw systemFailure("write", temporary) }
  try writeAll(bytes, to: descriptor, path: temporary)
  guard fsync(descriptor) == 0 else { throw systemFailure("write", temporary) }
  guard rename(temporary, path) == 0 else { throw systemFailure("replace", path) }
  synchroniseDirectory(directoryOf(path))
}

func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(ControlFailure) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw systemFailure("write", path) }
    rest = rest.dropFirst(count)
  }
}

/// Makes a rename or a removal in the directory durable; a file system that cannot is no reason to stop.
func synchroniseDirectory(_ path: String) {
  let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  _ = fsync(descriptor)
  close(descriptor)
}
