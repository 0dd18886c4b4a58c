import CSeccomp
import ControlModel
import Glibc
import SystemCallFilter
import Testing

@testable import LocalSandboxEngine

/// The filter in real jails: each call is made, and programs that agents live on run.
@Suite struct SystemCallTests {
  /// Prints `errno` of each call it is told to make, and of some that go by the 32-bit door.
  private static let probe = """
    import ctypes, mmap, platform, sys
    libc = ctypes.CDLL(None, use_errno=True)
    for line in sys.argv[1].splitlines():
        name, number, *arguments = line.split()
        ctypes.set_errno(0)
        answer = libc.syscall(ctypes.c_long(int(number)), *[ctypes.c_long(int(a)) for a in arguments])
        print(name, ctypes.get_errno() if answer == -1 else 0, flush=True)
    if platform.machine() == "x86_64":
        # mov eax, number; int 0x80; ret
        for name, number in (("getpid", 20), ("keyctl", 288), ("bpf", 357), ("socketcall", 102), ("ioctl", 54)):
            page = mmap.mmap(-1, 4096, prot=7)
            page.write(b"\\xb8" + number.to_bytes(4, "little") + b"\\xcd\\x80\\xc3")
            call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
            print("int80", name, -call(), flush=True)
    """

  private struct Probe {
    var line: String
    var expected: Int32
  }

  private func probes() -> [Probe] {
    var probes: [Probe] = []
    for rule in SystemCallRule.jail {
      let arguments: [String] =
        switch rule.condition {
        case .always: ["0 0 0 0 0"]
        case .noneOf: ["40 1 0", "38 5 0", "17 3 0", "\(40 + 1 << 32) 1 0"]
        case .pair: ["16 3 9", "16 3 15"]
        case .oneOf(_, let values): values.map { "0 \($0) 0" } + values.map { "0 \($0 | 1 << 32) 0" }
        case .bits(_, let bits): bits.map { "\($0 | 17) 0 0 0 0" }
        }
      let calls: [(String, Int32)] =
        switch rule.calls {
        case .named(let names): names.map { ($0, seccomp_syscall_resolve_name($0)) }
        case .numbered(let range): [("first", range.lowerBound), ("later", 470), ("last", range.upperBound)]
        }
      for (name, number) in calls where number >= 0 {
        probes += arguments.map { Probe(line: "\(name) \(number) \($0)", expected: rule.answer.number) }
      }
    }
    let own = [("getpid", "0"), ("socket", "1 1 0"), ("socket", "2 1 0"), ("socket", "10 1 0"), ("socket", "16 3 0")]
    return probes
      + own.map { Probe(line: "\($0.0) \(seccomp_syscall_resolve_name($0.0)) \($0.1)", expected: 0) }
  }

  @Test(arguments: TrialJail.Maker.possible) func eachCallIsAnswered(maker: TrialJail.Maker) async throws {
    let jail = try TrialJail(maker)
    let probes = probes()
    try #require(probes.count > 100)
    let list = probes.map(\.line).joined(separator: "\n")
    let outcome = try await jail.output(of: ["/usr/bin/python3", "-c", Self.probe, list])
    #expect(outcome.status == 0, "\(outcome.output)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count >= probes.count)
    for (line, probe) in zip(lines, probes) {
      #expect(line == "\(probe.line.prefix { $0 != " " }) \(probe.expected)", "\(probe.line)")
    }
    #if arch(x86_64)
      let other = ["getpid", "keyctl", "bpf", "socketcall", "ioctl"].map { "int80 \($0) \(ENOSYS)" }
      #expect(Array(lines.dropFirst(probes.count)) == other)
    #endif
  }

  @Test(arguments: TrialJail.Maker.possible) func programsThatAgentsUseRun(maker: TrialJail.Maker) async throws {
    let jail = try TrialJail(maker)
    let said = try await jail.output(
      of: #"""
        set -e; cd /workspace
        git init -q -b main r; cd r; echo a > a; git add a; git commit -qm one; git gc -q; git log --format=%s
        python3 - << 'EOF'
        import asyncio, multiprocessing, socket, subprocess
        async def main():
            server = await asyncio.start_server(lambda r, w: (w.write(b"tcp"), w.close()), "127.0.0.1", 0)
            reader, _ = await asyncio.open_connection(*server.sockets[0].getsockname())
            print((await reader.read()).decode())
        asyncio.run(main())
        print(multiprocessing.Pool(2).map(abs, [-1, -2]))
        print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout.strip())
        print(len(socket.if_nameindex()) > 0)
        EOF
        node -e '
          const { Worker } = require("worker_threads"), fs = require("fs"), http = require("http");
          new Worker("require(\"worker_threads\").parentPort.postMessage(6 * 7)", { eval: true }).on("message", (m) => {
            console.log("worker", m); fs.promises.readFile("a", "utf8").then((t) => { console.log("file", t.trim());
            const s = http.createServer((q, r) => r.end("http")).listen(0, "127.0.0.1", () =>
              http.get(s.address(), (r) => { r.on("data", (d) => console.log(String(d))); s.close(); })); }); });'
        java -XX:+UseParallelGC -XX:+UseNUMA -version 2>&1 | grep -ci 'runtime environment'
        """#)
    let expected = ["one", "tcp", "[1, 2]", "child", "True", "worker 42", "file a", "http", "1"]
    #expect(said.split(separator: "\n").map(String.init) == expected, "\(said)")
  }

  @Test(arguments: TrialJail.Maker.possible, ["claude", "codex"])
  func theRealAgentsStart(maker: TrialJail.Maker, agent: String) async throws {
    let support = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Support/agent-clis"
    let environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": getenv("HOME").map { String(cString: $0) } ?? "/",
    ]
    let found = try await ChildCommand(command: [support, agent], environment: environment).run()
    let program = try #require(found.output.split(separator: "\n").last.map(String.init))
    let jail = try TrialJail(maker)
    // Copied to where any user reaches it; the jail shows the one file.
    let copy = jail.directory + "/\(agent)"
    try #require(run(["/bin/cp", program, copy]) == 0)
    let said = try await jail.output(of: "'\(copy)' --version", readOnly: [copy])
    #expect(said.contains { $0.isNumber }, "\(said)")
  }

  /// Not by the filter alone: a program that is started has a keyring that nobody else has.
  @Test func eachPreparationHasASessionKeyringOfItsOwn() async throws {
    let script = "import ctypes; print(ctypes.CDLL(None).syscall(\(seccomp_syscall_resolve_name("keyctl")), 0, -3, 0))"
    var keyrings: Set<String> = []
    for _ in 0..<3 {
      let child = ChildCommand(command: ["/usr/bin/python3", "-c", script], environment: [:])
      keyrings.insert(try await child.run().output)
    }
    // Where a container's own filter keeps everybody from keyrings, there is nothing to tell apart.
    #expect(keyrings.count == 3 || keyrings == ["-1\n"], "\(keyrings)")
  }

  @Test(arguments: TrialJail.Maker.possible) func theKernelsKeysAreNotListed(maker: TrialJail.Maker) async throws {
    let jail = try TrialJail(maker)
    let said = try await jail.output(
      of: "for f in keys key-users kcore timer_list; do cat /proc/$f 2> /dev/null | head -c 1; done; echo end")
    #expect(said == "end\n")
  }

  @Test(arguments: TrialJail.Maker.possible)
  func whatHasMovedSinceIsNotShown(maker: TrialJail.Maker) async throws {
    let jail = try TrialJail(maker)
    try makeDirectory(jail.directory + "/secret", mode: 0o755)
    try replaceFile(jail.directory + "/secret/word", with: Array("hidden".utf8), mode: 0o644)
    try #require(symlink(jail.directory + "/secret", jail.directory + "/shown") == 0)
    let outcome = try await jail.output(
      of: ["/bin/cat", jail.directory + "/shown/word"], readOnly: [jail.directory + "/shown"])
    #expect(outcome.status == 125)
    #expect(!outcome.output.contains("hidden") && outcome.output.contains("has moved"))
  }
}
