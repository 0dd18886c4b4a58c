import ControlModel
import Glibc
import LocalSandboxEngine
import OperatorAccess
import Testing

@Suite(.timeLimit(.minutes(3))) struct RealJailTests {
  /// The real runner, built beside the tests.
  private static var runner: String {
    if let named = getenv("PADDOCK_RUNNER") { return String(cString: named) }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count - 1))
    let path = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/paddock-runner"
  }

  @Test func aShellIsTheAgentsUserInItsWorkspace() async throws {
    let directory = "/tmp/paddock-access-\(UInt64.random(in: 0 ... .max))"
    let engine = try LocalSandboxEngine(.init(dataDirectory: directory, runner: Self.runner))
    let agent = Agent(
      team: try ResourceName("engineering"), name: try ResourceName("worker"),
      spec: AgentSpec(runtime: .exec, command: ["/bin/sh", "-c", "touch /workspace/made-here; exec sleep 1000"]),
      revision: 1, createdAt: .now(), updatedAt: .now())
    let session = SessionID.make(at: .now())
    var sandbox = try await engine.create(SandboxRequest(session: session, generation: 1, agent: agent))
    do {
      while !sandbox.isReady {
        try await Task.sleep(for: .milliseconds(50))
        sandbox = try #require(try await engine.sandboxes().first)
      }
      let report = try #require(await engine.reports(of: [sandbox])[session])
      #expect(report.volume.hasPrefix(directory))
      while access("\(report.volume)/made-here", F_OK) != 0 { try await Task.sleep(for: .milliseconds(20)) }
      let shell = try await OperatorAccess(host: report.context).open(
        .shell, in: report, size: TerminalSize(columns: 90, rows: 20))
      try await shell.write(Array("id -u; ls /workspace; ls /root; touch /workspace/by-hand; exit\r".utf8))
      let shown = try await read(shell, until: nil)
      #expect(shown.contains("made-here"))
      #expect(shown.contains("\r\n0\r\n") == false, "\(shown)")
      #expect(access("\(report.volume)/by-hand", F_OK) == 0, "\(shown)")
      await shell.close()
    } catch {
      try? await engine.delete(sandbox.reference)
      throw error
    }
    try await engine.delete(sandbox.reference)
    try await engine.deleteVolume(of: session, team: agent.team)
    await engine.close()
    for folder in ["sessions", "run", ""] { rmdir("\(directory)/\(folder)") }
  }
}
