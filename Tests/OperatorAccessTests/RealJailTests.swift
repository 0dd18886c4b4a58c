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

  /// An agent that has prepared for a visit, and whatever a shell in its jail answers.
  private func visit(
    agent script: String, limits: AgentSpec.Limits = .init(), typing lines: String,
    _ check: (String, _ volume: String) throws -> Void
  ) async throws {
    let directory = "/tmp/paddock-access-\(UInt64.random(in: 0 ... .max))"
    let engine = try LocalSandboxEngine(.init(dataDirectory: directory, runner: Self.runner))
    let command = "\(script)\ntouch /workspace/ready; exec sleep 1000"
    var spec = AgentSpec(runtime: .exec, command: ["/bin/sh", "-c", command])
    spec.limits = limits
    let agent = Agent(
      team: try ResourceName("engineering"), name: try ResourceName("worker"), spec: spec, revision: 1,
      createdAt: .now(), updatedAt: .now())
    let session = SessionID.make(at: .now())
    var sandbox = try await engine.create(SandboxRequest(session: session, generation: 1, agent: agent))
    let result: Result<Void, any Error>
    do {
      while !sandbox.isReady {
        try await Task.sleep(for: .milliseconds(50))
        sandbox = try #require(try await engine.sandboxes().first)
      }
      let report = try #require(await engine.reports(of: [sandbox])[session])
      while access("\(report.volume)/ready", F_OK) != 0 { try await Task.sleep(for: .milliseconds(20)) }
      let shell = try await OperatorAccess(host: report.context).open(
        .shell, in: report, size: TerminalSize(columns: 200, rows: 20))
      try await shell.write(Array(lines.utf8))
      let shown = try await read(shell, until: nil)
      await shell.close()
      result = .success(try check(shown, report.volume))
    } catch { result = .failure(error) }
    try await engine.delete(sandbox.reference)
    try await engine.deleteVolume(of: session, team: agent.team)
    await engine.close()
    unlink("\(directory)/run/system-calls.bpf")
    for folder in ["sessions", "run", ""] { rmdir("\(directory)/\(folder)") }
    try result.get()
  }

  @Test func aShellIsTheAgentsUserInItsWorkspace() async throws {
    let typed = "id -u; pwd; ls /workspace; ls /root; touch /workspace/by-hand; test -t 0 && echo a-$((1 + 1)); exit\r"
    try await visit(agent: ":", typing: typed) { shown, volume in
      #expect(shown.contains("1000\r\n/workspace\r\n") && shown.contains("ready"), "\(shown)")
      #expect(shown.contains("a-2"), "\(shown)")
      #expect(access("\(volume)/by-hand", F_OK) == 0, "\(shown)")
    }
  }

  /// Everything that shells, editors and git read from a home, below every name the agent can write.
  @Test func nothingOfTheAgentsIsReadByAShell() async throws {
    let traps = """
      for home in $HOME /workspace /tmp; do
        for file in .bashrc .bash_profile .profile .inputrc .bash_login .bash_logout .shrc; do
          echo 'touch /workspace/trapped' > $home/$file
        done
        printf '[alias]\\n x = !touch /workspace/trapped\\n' > $home/.gitconfig
      done
      printf '#!/bin/sh\\ntouch /workspace/trapped\\n' > /workspace/ls; chmod 755 /workspace/ls
      """
    let typed = "ls > /dev/null; git x 2> /dev/null; echo \"home=$HOME env=$ENV$BASH_ENV$PROMPT_COMMAND\"; exit\r"
    try await visit(agent: traps, typing: typed) { shown, volume in
      #expect(shown.contains("home=/ env=\r\n"), "\(shown)")
      #expect(access("\(volume)/trapped", F_OK) != 0, "\(shown)")
    }
  }

  /// Its namespaces, its limits, its filter, and no rights. Only where an agent rests for want of room, a shell does not:
  /// somebody has to make room.
  @Test func aShellIsHeldByAllThatHoldsTheAgent() async throws {
    let look = """
      grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
      for n in /proc/[0-9]*; do
        [ "$(cat $n/comm 2> /dev/null)" = sleep ] || continue
        for k in user mnt pid net ipc uts cgroup; do
          [ "$(readlink $n/ns/$k)" = "$(readlink /proc/self/ns/$k)" ] && echo "same-$k"
        done
        [ "$(grep -v :freezer: $n/cgroup)" = "$(grep -v :freezer: /proc/self/cgroup)" ] && echo same-groups
      done
      unshare --map-root-user id
      python3 -c 'import ctypes; print("keyctl", ctypes.CDLL(None).syscall(250, 0, -3, 0))'
      """
    let setUp = "cat > /workspace/look << 'EOF'\n\(look)\nEOF"
    let limits = AgentSpec.Limits(memory: 268_435_456, processes: 60)
    try await visit(agent: setUp, limits: limits, typing: "sh /workspace/look; exit\r") { shown, _ in
      for kind in ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "groups"] {
        #expect(shown.contains("same-\(kind)\r\n"), "\(kind): \(shown)")
      }
      #expect(shown.contains("CapEff:\t0000000000000000"), "\(shown)")
      #expect(shown.contains("CapBnd:\t0000000000000000"), "\(shown)")
      #expect(shown.contains("NoNewPrivs:\t1") && shown.contains("Seccomp:\t2"), "\(shown)")
      #expect(!shown.contains("uid=0(root)"), "\(shown)")
      #if arch(x86_64)
        #expect(shown.contains("keyctl -1"), "\(shown)")
      #endif
    }
  }
}
