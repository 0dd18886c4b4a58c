import Glibc
import ProcessIdentity

/// Parts of a stack as the kernel shows them. What one wrote down of itself can be lost, or cut off on a full disk.
struct ProcessSearch {
  let dataDirectory: String
  let kind: StackProcess.Kind

  /// Processes of this user, not this one, that were started by that command for exactly this data directory.
  var found: [ProcessIdentity] {
    ProcessTree.processes { Self.is(kind, $0) }.filter { identity in
      identity.pid != getpid() && Self.isOurs(identity.pid) && isHere(identity.pid) && identity.isAlive
    }.sorted { $0.startTime < $1.startTime }
  }

  /// Whether that process is one at all: a number that was written down wrongly may be anything's.
  static func `is`(_ kind: StackProcess.Kind, _ pid: pid_t) -> Bool { Self.is(kind, words(of: "/proc/\(pid)/cmdline")) }

  static func `is`(_ kind: StackProcess.Kind, _ words: [String]) -> Bool {
    guard words.count > 1, words[1] == kind.command else { return false }
    return words[0].split(separator: "/").last?.hasPrefix("paddock") == true
  }

  /// Anybody can call a process what they like; it is believed of one's own.
  private static func isOurs(_ pid: pid_t) -> Bool {
    var status = stat()
    return stat("/proc/\(pid)", &status) == 0 && status.st_uid == geteuid()
  }

  private func isHere(_ pid: pid_t) -> Bool {
    let variables = Self.words(of: "/proc/\(pid)/environ")
    let named = Self.option("--data-dir", in: Self.words(of: "/proc/\(pid)/cmdline"))
    let path = try? DataDirectory.choose(named) { name in
      variables.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }.flatMap {
        $0.isEmpty ? nil : $0
      }
    }
    guard let path else { return false }
    let absolute = path.hasPrefix("/") ? path : (linkTarget("/proc/\(pid)/cwd") ?? "") + "/" + path
    return absolute == dataDirectory || Self.resolved(absolute).map { $0 == Self.resolved(dataDirectory) } ?? false
  }

  static func option(_ name: String, in words: [String]) -> String? {
    var found: String?
    for (place, word) in words.enumerated() {
      if word == name, place + 1 < words.count { found = words[place + 1] }
      if word.hasPrefix(name + "=") { found = String(word.dropFirst(name.count + 1)) }
    }
    return found
  }

  private static func words(of path: String) -> [String] {
    (readFile(path) ?? []).split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
