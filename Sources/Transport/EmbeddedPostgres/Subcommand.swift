import CLinux
import Glibc

/// A program that is run to its end, with a bare environment, no open files of ours and all signals at their defaults.
/// Blocks: for use off the cooperative pool.
package struct Subcommand {
  private let arguments: [String]
  /// setpriv instead of a fork of our own: between fork and exec a Swift program must not run.
  private let account: ServerAccount?

  package struct Outcome {
    /// Exit status, or 128 + the signal.
    package let status: Int32
    /// Standard output and error together, without white space at the ends.
    package let output: String
  }

  package init(_ arguments: [String]) {
    self.arguments = arguments
    account = nil
  }

  init(_ arguments: [String], as account: ServerAccount) {
    self.arguments = arguments
    self.account = account
  }

  package func run() -> Outcome {
    var pipe: [Int32] = [-1, -1]
    guard pipe2(&pipe, O_CLOEXEC) == 0 else { return Outcome(status: 127, output: "no pipe: errno \(errno)") }
    let process = spawn(output: pipe[1])
    close(pipe[1])
    defer { close(pipe[0]) }
    guard let process else { return Outcome(status: 127, output: "\(arguments[0]) cannot be started") }
    let output = readAll(pipe[0])
    return Outcome(status: reap(process), output: output)
  }

  /// Starts the program in a session of its own, its output to a file; `nil` where that cannot be done.
  func start(output: Int32) -> pid_t? { spawn(output: output) }

  /// Starts the program in a session of its own, its output to nowhere, and leaves it alone.
  package func detach() {
    _ = spawn(output: nil)
  }

  private func spawn(output: Int32?) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var attributes = detachedAttributes()
    defer { posix_spawnattr_destroy(&attributes) }
    var process: pid_t = 0
    // The account may not be able to enter the directory that we are in.
    let words = ["env", "--chdir=/"] + (account?.prefix ?? []) + arguments
    let environment = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG=C.UTF-8", "LC_ALL=C.UTF-8"]
    let status = withCStringArray(words) { words in
      withCStringArray(environment) { posix_spawnp(&process, "env", &actions, &attributes, words, $0) }
    }
    return status == 0 ? process : nil
  }

  private func detachedAttributes() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | paddock_posix_spawn_setsid()
    posix_spawnattr_setflags(&attributes, flags)
    return attributes
  }

  private func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    return trimmed(String(decoding: bytes, as: UTF8.self))
  }

  private func reap(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return 127 } }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }
}

func trimmed(_ text: String) -> String {
  let start = text.drop { $0.isWhitespace }
  return String(start[..<(start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex)])
}

/// A NULL-terminated array of C strings for the time of the call.
private func withCStringArray<Value>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
  let pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeBufferPointer { buffer in
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: buffer.count) { copy in
      _ = copy.initialize(from: buffer)
      return body(UnsafePointer(copy.baseAddress.unsafelyUnwrapped))
    }
  }
}
