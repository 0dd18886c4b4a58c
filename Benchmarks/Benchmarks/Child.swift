import Dispatch
import Glibc

/// POSIX_SPAWN_SETSID, which glibc declares for _GNU_SOURCE only.
private let startsSession: Int16 = 0x80

/// A process that was started here and is waited for here.
struct Child: Sendable {
  let pid: pid_t

  /// On a terminal it leads a session, whose terminal it takes.
  init(
    _ arguments: [String], environment: [String: String], output: Int32? = nil, terminal: String? = nil
  ) throws(BenchmarkFailure) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawn_file_actions_addopen(&actions, 0, terminal ?? "/dev/null", O_RDWR, 0)
    for descriptor: Int32 in [1, 2] { posix_spawn_file_actions_adddup2(&actions, output ?? 0, descriptor) }
    if terminal != nil { posix_spawnattr_setflags(&attributes, startsSession) }
    let words = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, arguments[0], &actions, &attributes, words, variables)
    guard failure == 0 else {
      throw BenchmarkFailure("\(arguments[0]) did not start: \(String(cString: strerror(failure)))")
    }
    pid = child
  }

  /// The exit status; 128 and more for a signal.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
  }

  /// What its main thread has run so far, on a processor.
  var mainThreadTime: Duration {
    let text = firstLine(of: "task/\(pid)/schedstat")
    return .nanoseconds(text.split(separator: " ").first.flatMap { Int64($0) } ?? 0)
  }

  /// What all its threads have run so far.
  var processorTime: Duration {
    // The name, in brackets, may hold spaces; after it come the fields from the third on.
    guard let fields = firstLine(of: "stat").split(separator: ")").last?.split(separator: " "), fields.count > 12,
      let user = Int64(fields[11]), let kernel = Int64(fields[12])
    else { return .zero }
    return .seconds(user + kernel) / sysconf(Int32(_SC_CLK_TCK))
  }

  /// Kilobytes that the process has in memory.
  var residentKilobytes: Int { kilobytes("VmRSS:") }

  /// The most that it ever had.
  var peakKilobytes: Int { kilobytes("VmHWM:") }

  private func kilobytes(_ field: String) -> Int {
    guard let file = fopen("/proc/\(pid)/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if text.hasPrefix(field) { return text.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0 }
    }
    return 0
  }

  private func firstLine(of name: String) -> String {
    guard let file = fopen("/proc/\(pid)/\(name)", "r") else { return "" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 1024)
    guard fgets(&line, Int32(line.count), file) != nil else { return "" }
    return String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// Runs what blocks on a thread of its own: the tasks' few threads have the database to serve meanwhile.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
  }
}
