import AgentRuntimes
import ControlModel
import Testing

@Suite struct ExecProcessTests {
  private func run(_ script: String, journal: [Event] = [], in folder: Folder) throws -> RuntimeProcess {
    let configuration = try RuntimeConfiguration.sample(
      runtime: .exec, command: ["/bin/sh", "-c", script], workingDirectory: folder.path, stateDirectory: folder.path)
    let process = try RuntimeProcess(configuration, journal: journal)
    process.launch()
    return process
  }

  @Test func catSaysEveryMessageBack() async throws {
    let folder = try Folder()
    let process = try run("cat", in: folder)
    process.send(.sample("Hello\nthere"))
    try await process.wait { $0.contains { $0.kind == .output && $0.text == "Hello there" } }
    #expect(process.runtimeState == .working)
    process.interrupt()
    try await process.wait { $0.contains { $0.content.name == "runtime.exited" } }
    #expect(process.events.last?.content.isError == false)
    #expect(process.runtimeState == .exited)
  }

  @Test func aCommandThatFailsSaysWithWhichCode() async throws {
    let folder = try Folder()
    let process = try run("echo oops >&2; exit 3", in: folder)
    try await process.wait { $0.contains { $0.content.name == "runtime.exited" } }
    let exit = try #require(process.events.last)
    #expect(exit.text == "The command failed with exit code 3")
    #expect(exit.content.isError)
    #expect(process.events.contains { $0.kind == .output && $0.text == "oops" && $0.content.name == "stderr" })
  }

  @Test func aJSONAgentTakesTurnsAndIsResumedWithTheMessageItDidNotAnswer() async throws {
    let folder = try Folder()
    let script = """
      echo '{"kind":"hello","input":"json"}'
      echo "{\\"kind\\":\\"output\\",\\"text\\":\\"resumed=$PADDOCK_RESUMED\\"}"
      while read -r line; do
        case $line in
          *'"type":"message"'*first*) echo '{"kind":"result","text":"one","costUSD":0.5,"usage":{"input":7}}' ;;
          *'"type":"message"'*second*)
            if [ -z "$PADDOCK_RESUMED" ]; then kill -9 $$; fi
            echo '{"kind":"approval.request","callID":"c1","name":"Bash","text":"rm -rf build"}' ;;
          *'"verdict":"deny"'*) echo '{"kind":"result","text":"denied"}' ;;
        esac
      done
      """
    let first = try run(script, in: folder)
    first.send(.sample("first"))
    try await first.wait { $0.contains { $0.kind == .result } }
    #expect(first.runtimeState == .waiting)
    first.send(.sample("second"))
    try await first.wait { $0.contains { $0.content.name == "runtime.exited" } }
    #expect(first.events.last?.text == "The command was killed by SIGKILL")

    let second = try run(script, journal: first.events, in: folder)
    try await second.wait { $0.contains { $0.kind == .approvalRequest } }
    #expect(second.runtimeState == .approval)
    #expect(second.events.contains { $0.text == "resumed=1" })
    #expect(second.events.count { $0.kind == .user } == 2)
    try second.decide(.deny, "c1", reason: "No.")
    try await second.wait { $0.contains { $0.kind == .result && $0.text == "denied" } }
    #expect(second.events.count { $0.kind == .result && $0.content.cost == USD(dollars: 0.5) } == 1)
    second.crash()
  }
}
