import Glibc

enum OperatingSystemUser {
  /// The login name, or the number where there is no name.
  static var name: String {
    let identifier = geteuid()
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 4096)
    getpwuid_r(identifier, &entry, &buffer, buffer.count, &found)
    guard let found else { return "uid \(identifier)" }
    return String(cString: found.pointee.pw_name)
  }

  static var host: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
