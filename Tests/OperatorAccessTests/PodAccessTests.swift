import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesTestSupport
import OperatorAccess
import Testing

@Suite("Pods of a real node", .serialized, .timeLimit(.minutes(8)))
struct PodAccessTests {
  private func report(
    _ node: Node, _ command: String, terminal: Bool = false
  ) async throws -> SandboxReport {
    let space = try await TemporaryNamespace(node.api())
    let account = CoreV1.ServiceAccount.self
    while try await space.api.find(account, "default", in: space.name) == nil {
      try await Task.sleep(for: .milliseconds(50))
    }
    let container: JSONValue = [
      "name": "agent", "image": .string(try await node.load(.busybox)),
      "command": ["/bin/sh", "-c", .string(command)], "stdin": .bool(terminal), "tty": .bool(terminal),
    ]
    _ = try await space.api.create(
      CoreV1.Pod(
        name: "p", namespace: space.name,
        spec: [
          "containers": [container], "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
        ]))
    while try await space.api.get(CoreV1.Pod.self, "p", in: space.name).isReady == false {
      try await Task.sleep(for: .milliseconds(100))
    }
    var report = SandboxReport(engine: "kubernetes", sandbox: "p", generation: 1)
    (report.context, report.server) = ("of-the-core", try node.server)
    (report.namespace, report.pod, report.container) = (space.name, "p", "agent")
    return report
  }

  private func access(_ kubeconfig: String) -> OperatorAccess {
    OperatorAccess(KubeconfigSource(explicitPath: kubeconfig), host: "here")
  }

  @Test("A shell, the agent's terminal and the log of a pod, found by its server") func everyWayIn() async throws {
    let node = try await Node.shared()
    let access = access(node.kubeconfigPath)
    let report = try await report(
      node, "echo started; stty size; while read line; do echo \"said $line\"; done", terminal: true)
    let shell = try await access.open(.shell, in: report, size: TerminalSize(columns: 91, rows: 17))
    try await shell.write(Array("stty size; echo in-$((40 + 2))\r".utf8))
    let shown = try await read(shell, until: "in-42")
    #expect(shown.contains("17 91"))
    try await shell.write(Array("exit 3\r".utf8))
    _ = try await read(shell, until: nil)
    #expect(await shell.outcome() == "It ended with status 3.")

    let terminal = try await access.open(.attach, in: report, size: TerminalSize(columns: 91, rows: 17))
    try await terminal.resize(TerminalSize(columns: 33, rows: 7))
    try await terminal.write(Array("hello\r".utf8))
    #expect(try await read(terminal, until: "said hello").contains("said hello"))
    await terminal.close()
    let again = try await access.open(.shell, in: report, size: TerminalSize(columns: 91, rows: 17))
    try await again.write(Array("stty size </proc/1/fd/0; exit\r".utf8))
    #expect(!(try await read(again, until: nil)).contains("7 33"))

    var lines: [LogLine] = []
    for try await batch in try await access.log(of: report) {
      lines += batch
      if lines.contains(where: { $0.text.contains("said hello") }) { break }
    }
    #expect(lines.first?.text == "started")
    #expect(lines.first?.time != nil)
  }

  @Test("Who may not is told which right is missing") func aMissingRight() async throws {
    let node = try await Node.shared()
    let kubeconfig = try await node.kubeconfig(user: "ann")
    let report = try await report(node, "sleep 1000")
    let failure = await #expect(throws: ControlFailure.self) {
      try await access(kubeconfig).open(.shell, in: report, size: TerminalSize(columns: 80, rows: 24))
    }
    #expect(failure?.code == .permissionDenied)
    #expect(failure?.summary.contains("ann") == true)
    #expect(failure?.summary.contains("pods/exec") == true)
  }

  @Test("A chosen context is used; one of another server is not taken for it") func contexts() async throws {
    let node = try await Node.shared()
    let access = access(node.kubeconfigPath)
    var report = SandboxReport(engine: "kubernetes", sandbox: "p", generation: 1)
    (report.context, report.server) = ("x", "https://elsewhere.example.com:6443")
    (report.namespace, report.pod, report.container) = ("default", "none", "agent")
    let failure = await #expect(throws: ControlFailure.self) { _ = try await access.log(of: report) }
    #expect(failure?.description.contains("No context of your kubeconfig has the server") == true)
    let name = try #require(try await access.contexts().first?.name)
    try await access.choose(context: name)
    #expect(try await access.contexts().first?.isChosen == true)
    let missing = await #expect(throws: ControlFailure.self) { _ = try await access.log(of: report) }
    #expect(missing?.code == .notFound)
    await #expect(throws: ControlFailure.self) { try await access.choose(context: "nobody") }

    let source = KubeconfigSource(explicitPath: node.kubeconfigPath)
    let said = OperatorAccess(source, context: name, host: "here")
    #expect(try await said.contexts().first?.isChosen == true)
    #expect(await #expect(throws: ControlFailure.self) { _ = try await said.log(of: report) }?.code == .notFound)
    let wrong = OperatorAccess(source, context: "nobody", host: "here")
    let unknown = await #expect(throws: ControlFailure.self) { _ = try await wrong.log(of: report) }
    #expect(unknown?.summary.contains("nobody") == true)
  }
}
