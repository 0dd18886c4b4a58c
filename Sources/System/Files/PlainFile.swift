import Glibc

/// Files at a path where somebody, or a mistake, may have put something else: a named pipe keeps who opens it waiting for
/// ever, a device may have no end. Nothing is waited for here, and nothing but a plain file is read or written.
package enum PlainFile {
  /// A descriptor, which is the caller's. `flags` say for what, as of `open`; a file that is made is its owner's alone.
  package static func open(
    _ path: String, _ flags: Int32 = O_RDONLY, mode: UInt32 = 0o600, followingLinks: Bool = true
  ) throws(PlainFileProblem) -> Int32 {
    let kept = O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW)
    // Emptied only when it is known to be plain: that of a pipe or a device means nothing, or harm.
    let opened = Glibc.open(path, (flags & ~O_TRUNC) | kept, mode)
    guard opened >= 0 else { throw PlainFileProblem(FileSystemError(), at: path, followingLinks: followingLinks) }
    var status = stat()
    let isKnown = fstat(opened, &status) == 0
    let kind = FileStatus(status).kind
    guard isKnown, kind == .regular, flags & O_TRUNC == 0 || ftruncate(opened, 0) == 0 else {
      let error = FileSystemError()
      close(opened)
      throw isKnown && kind != .regular ? .kind(kind) : .system(error)
    }
    return opened
  }

  /// All of a file that may be replaced while it is read, but has an end within `size` bytes.
  package static func read(
    _ path: String, atMost size: Int, followingLinks: Bool = true
  ) throws(PlainFileProblem) -> [UInt8] {
    let opened = try open(path, followingLinks: followingLinks)
    defer { close(opened) }
    guard let bytes = try readToEnd(of: opened, atMost: size) else { throw .larger(than: size) }
    return bytes
  }
}

/// What comes from a descriptor until its end; `nil` when that is more than `size` bytes: no more is read then.
package func readToEnd(of descriptor: Int32, atMost size: Int) throws(PlainFileProblem) -> [UInt8]? {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 16_384)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw .system(FileSystemError()) }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
    guard bytes.count <= size else { return nil }
  }
}

/// Why a path is no plain file that can be used. Its text goes on after "cannot be read: " and the like.
package enum PlainFileProblem: Error, Sendable, Hashable, CustomStringConvertible {
  case system(FileSystemError)
  case kind(FileStatus.Kind)
  case larger(than: Int)

  /// The kernel says "too many links" of a link that is not followed, and "no such device" of a pipe that nobody reads.
  fileprivate init(_ error: FileSystemError, at path: String, followingLinks: Bool) {
    var status = stat()
    let isAsked = [ELOOP, ENXIO].contains(error.number)
    let isKnown = isAsked && (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0
    let kind = FileStatus(status).kind
    self = isKnown && kind != .regular ? .kind(kind) : .system(error)
  }

  package var isMissing: Bool {
    if case .system(let error) = self { error.isMissing } else { false }
  }

  /// The kernel's number; that of a wrong argument for what is no plain file.
  package var number: Int32 {
    switch self {
    case .system(let error): error.number
    case .kind(.folder): EISDIR
    case .kind(.link): ELOOP
    case .kind: EINVAL
    case .larger: EFBIG
    }
  }

  package var description: String {
    switch self {
    case .system(let error): "\(error)"
    case .kind(let kind): "it is \(kind), not a plain file"
    case .larger(let size): "it has more than \(size) bytes"
    }
  }
}
