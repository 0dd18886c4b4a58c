import ControlModel
import Glibc
import ProcessIdentity
import RunnerProtocol
import Testing

/// The runner as process 1 of a PID namespace, as it is in a pod.
@Suite struct FirstProcessTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var events: [Event] {
    let lines = (try? folder.read("journal").split(separator: 0x0A)) ?? []
    return lines.compactMap { try? EventLine.decode(Array($0)) }
  }

  private func start(_ command: [String]) throws -> RunnerProcess {
    // The parent with which bubblewrap dies is a thread, and those of the tests come and go: a shell has one that stays.
    let namespace = [
      "sh", "-c", "\"$@\"; exit $?", "sh", "bwrap", "--die-with-parent", "--unshare-pid", "--as-pid-1", "--dev-bind",
      "/", "/", "--proc", "/proc", "--",
    ]
    return try RunnerProcess(makeConfiguration(folder, command), in: folder, launcher: namespace)
  }

  /// The runner as the host sees it: the one below bubblewrap.
  private func runner(of outer: RunnerProcess) async throws -> pid_t {
    try await eventually("the runner is there") {
      ProcessTree.descendants(of: outer.process).map(\.pid).first {
        readText("/proc/\($0)/comm") == "paddock-runner\n"
      }
    }
  }

  @Test func orphansAreReaped() async throws {
    let script = """
      (sh -c 'sleep 0.5; echo parent $(cut -d" " -f4 /proc/$$/stat)' &)
      for i in 1 2 3 4 5; do (sleep 0.1 &); done
      sleep 1; echo done; read -r line
      """
    let outer = try start(["sh", "-c", script])
    let runner = try await runner(of: outer)
    _ = try await eventually("the orphans have ended") { events.contains { $0.text == "done" } ? true : nil }
    #expect(events.contains { $0.text == "parent 1" })
    #expect(events.first { $0.content.name == "runner.started" }?.content.detail["pid"]?.integerValue == 1)
    _ = try await eventually("none is left a zombie") {
      ProcessTree.processes().values.contains { $0.parent == runner && $0.isDead } ? nil : true
    }
    kill(runner, SIGTERM)
    #expect(outer.wait() == 143)
  }

  @Test func aRequestToEndEndsTheAgentAndTheJournalInOrder() async throws {
    let outer = try start(["sh", "-c", "trap 'echo told; exit 0' TERM; echo ready; while :; do sleep 0.1; done"])
    let runner = try await runner(of: outer)
    _ = try await eventually("the agent is ready") { events.contains { $0.text == "ready" } ? true : nil }
    kill(runner, SIGTERM)
    #expect(outer.wait() == 143)
    let names = events.compactMap(\.content.name)
    #expect(events.contains { $0.text == "told" })
    #expect(names.suffix(2) == ["runtime.exited", "runner.stopped"])
  }

  /// Its journal may hold what nobody has read yet; when the sandbox ends is its engine's to say.
  @Test func aRunnerWhoseRuntimeCannotBeStartedStaysToBeRead() async throws {
    let outer = try start(["/nonexistent/agent"])
    let runner = try await runner(of: outer)
    _ = try await eventually("the failure") {
      events.first { $0.content.name == "runtime.exited" && $0.content.isError }
    }
    let answer = try await eventually("it answers") {
      try? SocketClient.ask(folder.path + "/socket", "GET", RunnerPath.status)
    }
    #expect(answer.status == 200 && answer.text.contains(#""runtime":"exited""#))
    kill(runner, SIGTERM)
    #expect(outer.wait() == 143)
  }
}
