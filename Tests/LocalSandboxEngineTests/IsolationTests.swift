import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

/// What an agent can and cannot reach, seen by an agent: every test runs a script in a real jail.
@Suite struct IsolationTests {
  /// Runs the script as an agent until it has made the file `done`, and returns what it printed.
  private func output(
    of script: String, in fixture: borrowing EngineFixture, edit: (inout AgentSpec) -> Void = { _ in }
  ) async throws -> String {
    let engine = try await fixture.engine()
    let whole = "{ \(script)\n} > said.new 2>&1; mv said.new said; exec sleep 1000"
    _ = try await engine.create(fixture.request(whole, edit: edit))
    let said = try await fixture.file("said")
    try await engine.deleteAll()
    return said
  }

  @Test func theHostsSecretsAndOtherSessionsAreNotThere() async throws {
    let fixture = try EngineFixture()
    let said = try await output(
      of: """
        for path in /etc/shadow /root /home \(fixture.data) \(fixture.paths.root) /work /proc/1/root/root; do
          ls $path > /dev/null 2>&1 && echo "sees $path"
        done
        echo "entries: $(ls / | tr '\\n' ' ')"
        """, in: fixture)
    #expect(!said.contains("sees"))
    #expect(!said.contains("home"))
  }

  @Test func onlyTheVolumeAndPrivateDirectoriesAreWritable() async throws {
    let fixture = try EngineFixture()
    let said = try await output(
      of: """
        for path in / /usr /usr/bin /etc /var /workspace /tmp /dev/shm /var/tmp; do
          touch $path/probe 2> /dev/null && echo "writes $path"
        done
        """, in: fixture)
    #expect(
      said.split(separator: "\n") == ["writes /workspace", "writes /tmp", "writes /dev/shm", "writes /var/tmp"])
    #expect(!exists("/tmp/probe"))
  }

  @Test func onlyItsOwnProcessesAreThere() async throws {
    let fixture = try EngineFixture()
    let said = try await output(
      of: """
        ls /proc | grep -E '^[0-9]+$' | wc -l
        kill -0 \(getpid()) 2> /dev/null && echo "reaches the host's process"
        hostname; id -u; id -un; tty; unshare --user true 2> /dev/null && echo "makes user namespaces"
        """, in: fixture)
    let lines = said.split(separator: "\n")
    #expect(try #require(Int(lines[0])) < 12)
    #expect(lines.dropFirst() == ["worker-\(fixture.session.text.suffix(8))", "1000", "agent", "not a tty"])
  }

  @Test func onTheHostTheAgentIsNobodySpecial() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request("touch here; exec sleep 1000"))
    _ = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    let runner = try #require(await engine.load(fixture.paths)?.process)
    let agent = try #require(
      ProcessTree.descendants(of: runner.pid).first { readText("/proc/\($0.pid)/cmdline") == "sleep\u{0}1000\u{0}" })
    let status = try #require(readText("/proc/\(agent.pid)/status"))
    let user = status.split(separator: "\n").first { $0.hasPrefix("Uid:") }?.split(separator: "\t").last
    let expected = geteuid() == 0 ? AgentUser.id(of: try ResourceName("engineering")) : geteuid()
    #expect(user == "\(expected)")
    #expect(status.contains("CapEff:\t0000000000000000"))
    #expect(status.contains("NoNewPrivs:\t1"))
    let separated = try await engine.sandboxes().first?.condition("UserSeparated")
    #expect(separated?.isTrue == (geteuid() == 0))
    try await engine.deleteAll()
  }

  @Test func theEnvironmentIsTheAgentsOwn() async throws {
    let fixture = try EngineFixture()
    let said = try await output(of: "env | cut -d= -f1 | sort", in: fixture) { $0.env = ["COLOUR": "blue"] }
    let names = said.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("PADDOCK_") }
    let expected = ["COLOUR", "HOME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TERM", "TMPDIR", "USER"]
    #expect(names.filter { $0 != "_" && $0 != "OLDPWD" && $0 != "SHLVL" } == expected)
  }

  @Test func withoutANetworkTheHostsServersAreOutOfReachAndWithOneTheyAreNot() async throws {
    for (network, expected) in [(AgentSpec.Network.none, "refused"), (.host, "connected")] {
      let fixture = try EngineFixture()
      let server = try LoopbackListener()
      let script = "if bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(server.port)' 2> /dev/null"
      let said = try await output(of: "\(script); then echo connected; else echo refused; fi", in: fixture) {
        $0.network = network
      }
      #expect(said == "\(expected)\n")
    }
  }
}

/// A server of the host's that takes connections and says nothing.
struct LoopbackListener: ~Copyable {
  let descriptor: Int32
  let port: UInt16

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 8) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    try #require(isBound)
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }
}
