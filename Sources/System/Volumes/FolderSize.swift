import Glibc

/// What the files of a folder take, counted by looking at each of them, at most so many: whoever fills the folder may make
/// more than anybody wants to count. No link is followed, no other file system entered, nothing but folders opened.
package struct FolderSize: Sendable, Hashable {
  package var bytes: Int64 = 0
  package var entries = 0
  /// There is more than was counted: too many files, too deep, or closed to this user.
  package var isPartial = false

  /// Folders within folders that are followed.
  private static let deepest = 96

  package static var zero: FolderSize { FolderSize() }

  private init() {}

  /// As somebody else has counted it.
  package init(bytes: Int64) { self.bytes = bytes }

  /// Of nothing, where there is no such folder.
  package init(of path: String, mostEntries: Int) {
    let descriptor = open(path, Self.flags)
    guard descriptor >= 0 else {
      isPartial = errno != ENOENT
      return
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, let folder = fdopendir(descriptor) else {
      close(descriptor)
      return
    }
    add(status)
    count(folder, on: status.st_dev, mostEntries: mostEntries)
  }

  private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK

  private mutating func count(_ root: OpaquePointer, on device: dev_t, mostEntries: Int) {
    var open = [root]
    defer { for folder in open { closedir(folder) } }
    while let folder = open.last {
      guard let entry = readdir(folder) else {
        closedir(folder)
        open.removeLast()
        continue
      }
      guard entries < mostEntries else {
        isPartial = true
        return
      }
      if let inside = look(at: entry, in: folder, on: device, depth: open.count) { open.append(inside) }
    }
  }

  /// The folder that the entry is, to be counted next.
  private mutating func look(
    at entry: UnsafeMutablePointer<dirent>, in folder: OpaquePointer, on device: dev_t, depth: Int
  ) -> OpaquePointer? {
    withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name -> OpaquePointer? in
        if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return nil }
        var status = stat()
        guard fstatat(dirfd(folder), name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_dev == device else {
          return nil
        }
        add(status)
        guard status.st_mode & S_IFMT == S_IFDIR else { return nil }
        guard depth < Self.deepest else {
          isPartial = true
          return nil
        }
        let inside = openat(dirfd(folder), name, Self.flags)
        guard inside >= 0, let opened = fdopendir(inside) else {
          if inside >= 0 { close(inside) }
          isPartial = true
          return nil
        }
        return opened
      }
    }
  }

  /// A file of several names is counted once, wherever these are.
  private mutating func add(_ status: stat) {
    entries += 1
    let links = status.st_mode & S_IFMT == S_IFDIR ? 1 : max(1, Int64(status.st_nlink))
    bytes = bytes.addingReportingOverflow(Int64(status.st_blocks) * 512 / links).partialValue
  }
}
