import CLinux
import Glibc

/// The limit that a file system sets to what lies in one folder: ext4 and XFS count it under a project's number, which
/// everything that is made in the folder inherits.
package struct ProjectQuota: Sendable, Hashable {
  package let folder: String

  package init(folder: String) { self.folder = folder }

  package enum Failure: Error, Sendable, Hashable {
    /// The file system, its mount or the kernel has no such limits.
    case unsupported
    /// Only root sets them.
    case notPermitted
    case failed(Int32)

    init(number: Int32) {
      switch number {
      case ENOSYS, ESRCH, ENOTTY, EOPNOTSUPP, EINVAL, ENODEV: self = .unsupported
      case EPERM, EACCES: self = .notPermitted
      default: self = .failed(number)
      }
    }
  }

  /// Whether the file system counts and limits at all; the folder need not be one that is limited.
  package static func isOffered(at path: String) -> Bool {
    let answer = try? withFolder(path) { descriptor throws(Failure) in
      _ = try usage(of: 1, descriptor)
      return true
    }
    return answer ?? false
  }

  /// Gives the folder a limit in bytes, and what is in it already the folder's number. Files are limited in number, too:
  /// an empty one takes none of the room.
  package func set(bytes: Int64, files: Int64, preferring number: UInt32) throws(Failure) {
    try Self.withFolder(folder) { descriptor throws(Failure) in
      let project: UInt32
      if let own = try Self.own(descriptor) {
        project = own
      } else {
        project = try Self.freeNumber(from: number, descriptor)
        try Self.adopt(descriptor, project, depth: 0)
      }
      let kibibytes = UInt64(max(1, bytes / 1024 + (bytes % 1024 > 0 ? 1 : 0)))
      guard paddock_set_project_quota(descriptor, project, kibibytes, UInt64(max(1, files))) == 0 else {
        throw Failure(number: errno)
      }
    }
  }

  /// Lifts the limit, so that the number is free again.
  package func lift() throws(Failure) {
    try Self.withFolder(folder) { descriptor throws(Failure) in
      guard let project = try Self.own(descriptor) else { return }
      guard paddock_set_project_quota(descriptor, project, 0, 0) == 0 else { throw Failure(number: errno) }
    }
  }

  /// Bytes that the folder takes, and its limit; `nil` where it has none.
  package func state() throws(Failure) -> (bytes: Int64, limit: Int64)? {
    try Self.withFolder(folder) { descriptor throws(Failure) in
      guard let project = try Self.own(descriptor), let quota = try Self.usage(of: project, descriptor),
        quota.hard_room > 0
      else { return nil }
      return (Int64(clamping: quota.room), Int64(clamping: quota.hard_room) * 1024)
    }
  }
}

extension ProjectQuota {
  private static func withFolder<Value>(
    _ path: String, _ body: (Int32) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw Failure(number: errno) }
    defer { close(descriptor) }
    return try body(descriptor)
  }

  /// The number that was given to this folder here. One that it has from the folder around it is an administrator's, with
  /// a limit of theirs, and the whole tree is under it.
  private static func own(_ descriptor: Int32) throws(Failure) -> UInt32? {
    let (project, isInherited) = try number(descriptor)
    guard isInherited, project & 0xC000_0000 == 0x4000_0000 else { return nil }
    let around = openat(descriptor, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard around >= 0 else { throw Failure(number: errno) }
    defer { close(around) }
    return try number(around).project == project ? nil : project
  }

  private static func number(_ descriptor: Int32) throws(Failure) -> (project: UInt32, isInherited: Bool) {
    var (project, isInherited) = (UInt32(0), Int32(0))
    guard paddock_get_project(descriptor, &project, &isInherited) == 0 else { throw Failure(number: errno) }
    return (project, isInherited != 0)
  }

  /// `nil` for a number that was never used: XFS knows no quota of it then.
  private static func usage(of project: UInt32, _ descriptor: Int32) throws(Failure) -> paddock_quota? {
    var quota = paddock_quota()
    if paddock_get_project_quota(descriptor, project, &quota) == 0 { return quota }
    if errno == ENOENT { return nil }
    throw Failure(number: errno)
  }

  /// One that nothing lies under and that has no limit: others on this machine may use projects, too.
  private static func freeNumber(from first: UInt32, _ descriptor: Int32) throws(Failure) -> UInt32 {
    for step in 0..<256 as Range<UInt32> {
      // The upper half of the signed numbers, which nobody gives by hand.
      let number = (first &+ step) & 0x3FFF_FFFF | 0x4000_0000
      guard let quota = try usage(of: number, descriptor) else { return number }
      if quota.room == 0, quota.files == 0, quota.hard_room == 0, quota.hard_files == 0 { return number }
    }
    throw .failed(EBUSY)
  }

  /// Deeper than this nothing is adopted: it is not limited, and whoever dug it stays within what is.
  private static let deepest = 96

  /// The folder and what is in it; no link is followed, and devices and the like take no room.
  private static func adopt(_ descriptor: Int32, _ project: UInt32, depth: Int) throws(Failure) {
    guard paddock_set_project(descriptor, project, 1) == 0 else { throw Failure(number: errno) }
    let again = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard depth < deepest, again >= 0, let folder = fdopendir(again) else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let kind = Int32(entry.pointee.d_type)
      guard [Int32(DT_DIR), Int32(DT_REG)].contains(kind) else { continue }
      let inside = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name -> Int32 in
          if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return -1 }
          return openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        }
      }
      guard inside >= 0 else { continue }
      defer { close(inside) }
      if kind == Int32(DT_DIR) {
        try adopt(inside, project, depth: depth + 1)
      } else {
        guard paddock_set_project(inside, project, 0) == 0 else { throw Failure(number: errno) }
      }
    }
  }
}
