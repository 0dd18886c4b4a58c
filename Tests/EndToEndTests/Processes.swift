import Foundation
import Glibc

/// Processes as /proc shows them.
enum Processes {
  /// By their command line, whose words end in NUL.
  static func all(where test: (String) -> Bool) -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter { pid in
      guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
      return test(String(decoding: data, as: UTF8.self))
    }
  }

  static func supervisors(of directory: String) -> [pid_t] {
    all { $0.contains("paddock\0supervise\0") && $0.contains(directory) }
  }

  static func runners(of session: String) -> [pid_t] {
    all { $0.contains("paddock-runner\0") && $0.contains(session) }
  }
}
