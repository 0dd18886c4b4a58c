import Glibc

/// What everybody who collects numbers asks of a process, by the usual names.
package enum ProcessMetrics {
  /// Without what cannot be read.
  package static func read() -> [MetricFamily] {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return [] }
    let seconds = usage.ru_utime.seconds + usage.ru_stime.seconds
    let cpu = MetricFamily("process_cpu_seconds_total", .counter, "User and system time.", [.init(seconds)])
    guard let pages = residentPages() else { return [cpu] }
    return [
      cpu,
      MetricFamily("process_resident_memory_bytes", .gauge, "Resident memory.", pages * sysconf(Int32(_SC_PAGESIZE))),
    ]
  }

  /// The second number of `statm`.
  private static func residentPages() -> Int? {
    guard let file = fopen("/proc/self/statm", "re") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = fread(&buffer, 1, buffer.count, file)
    let fields = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? Int(fields[1]) : nil
  }
}

extension timeval {
  fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1_000_000 }
}
