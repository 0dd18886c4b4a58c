import Glibc

/// What the kernel counted of this thread's writes: what really went out, ncurses' part included.
enum WrittenBytes {
  static func ofThisThread() -> Int {
    let descriptor = open("/proc/thread-self/io", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return 0 }
    for line in String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("wchar: ") {
      return Int(line.dropFirst(7)) ?? 0
    }
    return 0
  }
}
