import ControlModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension LocalTime {
  /// The time zone of the process: `TZ`, else the machine's.
  package static let system: LocalTime = {
    tzset()
    return LocalTime { time in
      var seconds = time_t(time.microseconds / 1_000_000)
      var parts = tm()
      guard localtime_r(&seconds, &parts) != nil else { return 0 }
      return Int64(parts.tm_gmtoff)
    }
  }()
}
