import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

@Suite struct ChildCommandTests {
  /// Making namespaces takes milliseconds: a stop that comes meanwhile takes effect when the other half is there already.
  @Test(.timeLimit(.minutes(2))) func aJailThatIsCancelledWhileItIsMadeLeavesNothing() async throws {
    for round in 0..<100 {
      let mark = "mark-\(UInt64.random(in: 0 ... .max))"
      let jail = ["--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--setenv", "MARK", mark]
      let command = ChildCommand(command: ["/usr/bin/bwrap"] + jail + ["/bin/sleep", "1000"], environment: [:])
      let run = Task { try await command.run() }
      try await Task.sleep(for: .microseconds(100 * round))
      command.cancel()
      let left = try await left(of: mark)
      #expect(left.isEmpty, "after \(100 * round) microseconds")
      for process in left { kill(process, SIGKILL) }
      #expect(try await run.value.status == 128 + SIGKILL)
      if !left.isEmpty { break }
    }
  }

  @Test(.timeLimit(.minutes(1))) func whatOutlivesAProgramHoldsNobodyUp() async throws {
    let script = "sleep 100 & head -c 100000 /dev/zero | tr '\\0' x; echo; echo $!"
    let outcome = try await ChildCommand(command: ["/bin/sh", "-c", script], environment: [:]).run()
    #expect(outcome.status == 0)
    #expect(outcome.output.utf8.count == 16_384 && outcome.output.hasPrefix("xxx"))
    let outlived = try #require(outcome.output.split(separator: "\n").last.flatMap { Int32($0) })
    #expect(kill(outlived, SIGKILL) == 0)
  }

  /// Those that are still there when there was time enough to end.
  private func left(of mark: String) async throws -> [Int32] {
    let end = ContinuousClock.now + .seconds(5)
    while true {
      let found = ProcessTree.processes().keys.filter { readText("/proc/\($0)/cmdline")?.contains(mark) == true }
      if found.isEmpty || .now > end { return found }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
