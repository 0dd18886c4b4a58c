import Glibc

/// What the file system says of one file.
package struct FileStatus: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case regular, folder, link, pipe, socket, device
  }

  package var kind: Kind
  package var size: Int64
  package var owner: UInt32
  /// The nine bits of who may do what, and the three above them.
  package var mode: UInt32
  /// Microseconds since 1970.
  package var modified: Int64

  package init(kind: Kind, size: Int64 = 0, owner: UInt32, mode: UInt32, modified: Int64 = 0) {
    self.kind = kind
    self.size = size
    self.owner = owner
    self.mode = mode
    self.modified = modified
  }

  package func allows(_ bits: UInt32) -> Bool { mode & bits == bits }

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFLNK: .link
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      default: .device
      }
    size = Int64(status.st_size)
    owner = status.st_uid
    mode = UInt32(status.st_mode) & 0o7777
    // A file system may say any time.
    let (micros, overflows) = Int64(status.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000_000)
    modified = overflows ? 0 : micros &+ Int64(status.st_mtim.tv_nsec) / 1000
  }
}

extension FileStatus.Kind: CustomStringConvertible {
  package var description: String {
    switch self {
    case .regular: "a file"
    case .folder: "a folder"
    case .link: "a symbolic link"
    case .pipe: "a named pipe"
    case .socket: "a socket"
    case .device: "a device"
    }
  }
}
