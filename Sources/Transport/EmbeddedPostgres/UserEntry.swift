package import Glibc

/// A user of this machine, as its user database has them.
package struct UserEntry: Sendable, Hashable {
  package let name: String
  package let user: uid_t
  package let group: gid_t
  package let home: String

  package init?(name: String) {
    self.init { getpwnam_r(name, $0, $1, $2, $3) }
  }

  package init?(number: uid_t) {
    self.init { getpwuid_r(number, $0, $1, $2, $3) }
  }

  private typealias Question = (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
    UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> Int32

  private init?(_ ask: Question) {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard ask(&entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else { return nil }
    self.name = String(cString: name)
    user = entry.pw_uid
    group = entry.pw_gid
    home = entry.pw_dir.map { String(cString: $0) } ?? ""
  }
}
