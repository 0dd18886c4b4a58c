import Glibc

/// What one thread is blocked in, by `/proc/PID/task/TID/syscall`: the call's number and six arguments, or `running`.
enum ThreadWait: Hashable {
  case reading(descriptor: Int32)
  /// For another thread or process of its own program, however long that takes.
  case relative
  /// It works, sleeps, or waits for something outside.
  case other

  init(parsing line: String) {
    let fields = line.split { $0 == " " || $0 == "\n" }
    let arguments = fields.dropFirst().map { UInt64($0.dropFirst(2), radix: 16) ?? 0 }
    guard arguments.count > 3, let number = fields.first.flatMap({ Int($0) }) else {
      self = .other
      return
    }
    switch number {
    case CallNumber.read, CallNumber.readv: self = .reading(descriptor: Int32(truncatingIfNeeded: arguments[0]))
    case CallNumber.wait4, CallNumber.waitid: self = .relative
    // The fourth argument is the time-out; a thread that has one may only be sleeping.
    case CallNumber.futex where arguments[3] == 0: self = .relative
    default: self = .other
    }
  }

  private enum CallNumber {
    #if arch(x86_64)
      static let (read, readv, wait4, waitid, futex) = (0, 19, 61, 247, 202)
    #else
      // The table that all newer architectures share.
      static let (read, readv, wait4, waitid, futex) = (63, 65, 260, 95, 98)
    #endif
  }
}
