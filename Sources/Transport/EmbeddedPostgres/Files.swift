import Files
import Glibc

/// Follows symbolic links.
func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return stat(path, &status) == 0 ? status : nil
}

func isDirectory(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }

func parentDirectory(_ path: String) -> String {
  guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
  return String(path[..<slash])
}

func entries(of directory: String) -> [String] {
  guard let stream = opendir(directory) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Bytes: a log of the server is shortened long before.
private let largestFile = 64 << 20

/// nil when there is no such file or it cannot be read.
func contents(of path: String) -> String? {
  (try? PlainFile.read(path, atMost: largestFile)).map { String(decoding: $0, as: UTF8.self) }
}

/// Replaces a file as a whole, readable by its owner only.
func write(_ text: String, to path: String, for account: ServerAccount) throws(EmbeddedPostgresError) {
  let temporary = path + ".new"
  let file: Int32
  do { file = try PlainFile.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, followingLinks: false) } catch {
    throw .directoryUnusable(path: temporary, reason: "\(error)")
  }
  defer { close(file) }
  let bytes = Array(text.utf8)
  guard write(file, bytes, bytes.count) == bytes.count, fchown(file, account.user, account.group) == 0,
    fsync(file) == 0, rename(temporary, path) == 0
  else { throw unusable(path) }
}

/// Makes a directory, and those above it, that only its owner may enter.
func makePrivateDirectory(_ path: String, for account: ServerAccount) throws(EmbeddedPostgresError) {
  try makeDirectories(parentDirectory(path))
  if mkdir(path, 0o700) != 0, errno != EEXIST { throw unusable(path) }
  // Not through a link: in a shared directory like /tmp, somebody else might have put one there.
  var status = stat()
  guard lstat(path, &status) == 0, isDirectory(status) else { throw unusable(path) }
  guard status.st_uid == account.user || status.st_uid == geteuid() else {
    throw .directoryUnusable(path: path, reason: "it belongs to user \(status.st_uid)")
  }
  guard lchown(path, account.user, account.group) == 0, chmod(path, 0o700) == 0 else { throw unusable(path) }
}

private func makeDirectories(_ path: String) throws(EmbeddedPostgresError) {
  if path == "/" || fileStatus(path).map(isDirectory) == true { return }
  try makeDirectories(parentDirectory(path))
  if mkdir(path, 0o755) != 0, errno != EEXIST { throw unusable(path) }
}

func unusable(_ path: String) -> EmbeddedPostgresError {
  .directoryUnusable(path: path, reason: String(cString: strerror(errno)))
}

/// The absolute path without links; nil when it does not exist.
func resolved(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}

/// Without the links above what is not there any more.
func resolvedAsFarAsThere(_ path: String) -> String {
  if path == "/" { return path }
  if let real = resolved(path) { return real }
  let parent = resolvedAsFarAsThere(parentDirectory(path))
  let name = path.split(separator: "/").last ?? ""
  return (parent == "/" ? "" : parent) + "/" + name
}

/// A short name for a path: FNV-1a in 16 digits. Stable over versions, for names of directories.
func shortName(_ path: String) -> String {
  let hash = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
