package import Glibc

/// A real program that a test signals while it runs. Its output goes to a file.
package struct RunningProgram: Sendable {
  package let pid: pid_t
  private let ending: Task<Int32, Never>

  package static func start(_ command: [String], output: String) throws -> RunningProgram {
    let pid = try Program.spawn(command, [:], files: ["/dev/null", output, output])
    return RunningProgram(pid: pid, ending: Task { await Program.end(of: pid) })
  }

  package func signal(_ number: Int32) { kill(pid, number) }

  /// SIGKILL ends a stopped process, too. Returns when it is gone.
  package func end(by number: Int32 = SIGKILL) async {
    kill(pid, number)
    _ = await ending.value
  }
}
