import CLinux
import Glibc

/// Who may pass through a directory besides its owner: a POSIX access control list, as the kernel takes it
/// (`linux/posix_acl_xattr.h`): a version, then tag, rights and id of each entry, little-endian.
struct AccessControlList {
  var users: [uid_t]

  private static let name = "system.posix_acl_access"
  private static let (everything, passing, nothing) = (UInt16(7), UInt16(1), UInt16(0))
  private static let noID = UInt32.max

  func apply(to directory: String) -> Bool {
    let bytes = self.bytes
    return setxattr(directory, Self.name, bytes, bytes.count, 0) == 0
  }

  var bytes: [UInt8] {
    // Owner, users in the order of their numbers, group, mask, others.
    var entries: [(tag: UInt16, rights: UInt16, id: UInt32)] = [(0x01, Self.everything, Self.noID)]
    entries += Set(users).sorted().map { (0x02, Self.passing, $0) }
    entries += [(0x04, Self.nothing, Self.noID)]
    if !users.isEmpty { entries.append((0x10, Self.passing, Self.noID)) }
    entries.append((0x20, Self.nothing, Self.noID))
    return entries.reduce(littleEndian(UInt32(2))) {
      $0 + littleEndian($1.tag) + littleEndian($1.rights) + littleEndian($1.id)
    }
  }

  private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }
}
