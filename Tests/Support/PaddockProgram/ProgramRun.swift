import Foundation
import Glibc

/// What a finished program said.
package struct ProgramRun: Sendable {
  package var status: Int32
  package var output: String
  package var errors: String

  package var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// Runs a real program to its end. Its output goes to files, so that no pipe can fill up.
///
/// Not by Foundation's `Process`: that reads beyond the end of a directory's entries when it looks for open
/// descriptors, which ends the whole test run now and then, and it takes a program for alive while a daemon that it
/// started lives.
package enum Program {
  package static func run(
    _ command: [String], input: String? = nil, environment: [String: String] = [:], directory: String? = nil
  ) async throws -> ProgramRun {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "paddock-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let files = ["input", "output", "errors"].map { scratch.appending(path: $0) }
    try Data((input ?? "").utf8).write(to: files[0])
    let pid = try spawn(
      ["/usr/bin/env"] + (directory.map { ["-C", $0] } ?? []) + command,
      ProcessInfo.processInfo.environment.merging(environment) { $1 }, files: files.map(\.path))
    let status = await end(of: pid)
    return ProgramRun(status: status, output: try text(files[1]), errors: try text(files[2]))
  }

  /// `files`: what the program reads, and where its output and its errors go.
  static func spawn(
    _ command: [String], _ environment: [String: String], files: [String], inOwnSession: Bool = false
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, files[0], O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, files[1], O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, files[2], O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    for descriptor in openDescriptors where descriptor > 2 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    let words = (command.map { strdup($0) }) + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    // Threads of Dispatch block signals, and children inherit that: a tmux server then never hears its own SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // POSIX_SPAWN_SETSID, which Swift does not see: a terminal that is opened then is the session's.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | (inOwnSession ? 0x80 : 0))
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, command[0], &actions, &attributes, words, variables)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
    return pid
  }

  private static var openDescriptors: [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
  }

  /// A shell's way to tell: 128 and the signal for a program that was killed.
  static func end(of pid: pid_t) async -> Int32 {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        continuation.resume(returning: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F))
      }
    }
  }

  private static func text(_ url: URL) throws -> String {
    String(decoding: try Data(contentsOf: url), as: UTF8.self)
  }
}
