import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// Promise 6 on the command line: every command of the program, on a terminal of its own, in a stack where all that can
/// be said by others is hostile.
@Suite(.serialized) struct TerminalOutputTests {
  /// One way to call a command.
  private struct Call {
    var arguments: [String]
    var replies: [(seen: String, reply: TerminalReply)] = []
    /// Whether what it says holds a hostile text; where it does not, it was not put to the test.
    var showsHostileText = true
    /// Draws the whole screen with sequences of its own.
    var drawsScreen = false
  }

  @Test(.timeLimit(.minutes(10))) func noCommandWritesAControlSequenceOfAnybodyElse() async throws {
    let folder = "/tmp/paddock-hostile-\(UUID().uuidString.prefix(8).lowercased())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await PaddockInstallation.run { paddock in
      let stack = try await HostileStack.make(in: paddock, folder: folder)
      let calls = calls(stack)
      let commands = try await CommandTree.read(paddock).commands
      #expect(commands.count >= 30)
      for command in commands where !["core", "down"].contains(command.path) {
        try await check(command, calls, paddock)
      }
      // One in the foreground logs there once it holds the lease; the last one takes the stack away.
      try killCore(of: paddock)
      for path in ["core", "down"] {
        for command in commands where command.path == path { try await check(command, calls, paddock) }
      }
    }
  }

  private func check(
    _ command: CommandTree.Command, _ calls: [String: [Call]], _ paddock: PaddockInstallation
  ) async throws {
    guard let ways = calls[command.path] else {
      Issue.record("This test has no arguments for `paddock \(command.path)`: it may print anything.")
      return
    }
    let words = command.path.split(separator: " ").map(String.init)
    for (index, way) in ways.enumerated() {
      let formats = command.hasOutputFormats && !way.drawsScreen && index == 0 ? ["table", "json", "jsonl"] : []
      for format in formats.isEmpty ? [[]] : formats.map({ ["--output", $0] }) {
        try await check(words + way.arguments + format, way, paddock)
      }
    }
    // What was said on the command line itself comes back in the parser's words.
    try await check(words + (ways.first?.arguments ?? []) + ["--\(HostileText.line)"], Call(arguments: []), paddock)
    try await check(words + ["--help"], Call(arguments: [], showsHostileText: false), paddock)
  }

  private func check(_ words: [String], _ way: Call, _ paddock: PaddockInstallation) async throws {
    let environment = ["PADDOCK_DATA_DIR": paddock.directory, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]
    let run = try await Program.runOnTerminal(
      [PaddockInstallation.products + "/paddock"] + words, environment: environment, replies: way.replies)
    let findings = HostileText.findings(in: run.bytes, allowingSequences: way.drawsScreen)
    #expect(findings.isEmpty, "paddock \(words): \(findings)")
    if way.showsHostileText {
      #expect(run.text.contains(HostileText.marker), "paddock \(words) showed no hostile text: \(run.text)")
    }
  }

  private func killCore(of paddock: PaddockInstallation) throws {
    let record = try JSONValue(parsing: String(contentsOfFile: paddock.directory + "/core.json", encoding: .utf8))
    for pid in Processes.supervisors(of: paddock.directory) { kill(pid, SIGKILL) }
    kill(try #require(record["pid"]?.integerValue.flatMap { pid_t(exactly: $0) }), SIGKILL)
  }

  private func calls(_ stack: HostileStack) -> [String: [Call]] {
    let (id, hostile) = (stack.session, HostileText.line)
    let cluster = [
      "--engine", "kubernetes", "--kubeconfig", stack.kubeconfig, "--runner-image", hostile, "--agent-image", hostile,
    ]
    // Refused without being repeated.
    let elsewhere = ["--data-dir", "/nowhere/\(hostile)"]
    let images = ["--image", hostile, "--runner-image", hostile, "--agent-image", hostile]
    /// Asked, it says no.
    func asked(_ arguments: [String]) -> Call {
      Call(arguments: arguments, replies: [(seen: "[y/N]", reply: .type("n\n"))])
    }
    return [
      "up": [Call(arguments: ["--headless"]), Call(arguments: ["--headless"] + cluster)],
      "down": [Call(arguments: [], showsHostileText: false)],
      "status": [Call(arguments: []), Call(arguments: elsewhere, showsHostileText: false)],
      "doctor": [Call(arguments: []), Call(arguments: cluster)],
      "core": [
        Call(
          arguments: [], replies: [(seen: "This core holds the lease", reply: .signal(SIGTERM))],
          showsHostileText: false),
        Call(arguments: ["--listen", hostile]),
        Call(arguments: cluster, showsHostileText: false),
      ],
      // One for a data directory, and `up` has started it.
      "supervise": [
        Call(arguments: [], showsHostileText: false), Call(arguments: elsewhere, showsHostileText: false),
      ],
      "console": [
        Call(arguments: [], replies: [(seen: HostileText.marker, reply: .type("q"))], drawsScreen: true),
        Call(arguments: elsewhere, showsHostileText: false),
      ],
      "install": [
        Call(arguments: images),
        Call(arguments: images + ["--apply", "--kubeconfig", stack.kubeconfig]),
      ],
      "team create": [Call(arguments: [hostile])],
      "team show": [Call(arguments: ["engineering"]), Call(arguments: ["engineering"] + cluster)],
      "team set": [
        Call(arguments: [hostile, "--quota", "none"]), Call(arguments: ["engineering", "--quota", hostile]),
      ],
      "team list": [Call(arguments: [])],
      "team delete": [Call(arguments: [hostile]), Call(arguments: [hostile, "--yes", "--reason", "test"])],
      "operator add": [Call(arguments: [hostile])],
      "operator remove": [Call(arguments: [hostile, "--yes", "--reason", "test"])],
      "operator grant": [Call(arguments: [hostile, "--team", "engineering", "--role", "viewer"])],
      "operator revoke": [Call(arguments: [hostile, "--team", "engineering"])],
      "operator password": [
        Call(
          arguments: [hostile],
          replies: [(seen: "assword", reply: .type("secret word\n")), (seen: "gain", reply: .type("secret word\n"))])
      ],
      "operator list": [Call(arguments: [], showsHostileText: false)],
      "grant": [Call(arguments: [hostile, "--team", "engineering", "--role", "viewer"])],
      "revoke": [Call(arguments: [hostile, "--team", "engineering"])],
      "unreadable list": [Call(arguments: [], showsHostileText: false)],
      "unreadable remove": [
        Call(arguments: ["agent", hostile, "--yes", "--reason", "test"], showsHostileText: false)
      ],
      "set-aside list": [Call(arguments: [], showsHostileText: false)],
      "retention show": [Call(arguments: []), Call(arguments: ["--team", hostile])],
      "retention set": [Call(arguments: ["--team", hostile, "--events", "90d", "--yes", "--reason", "test"])],
      "retention hold": [Call(arguments: ["--team", hostile, "--reason", "test"])],
      "retention release": [
        Call(arguments: ["99999", "--yes", "--reason", "test"], showsHostileText: false),
        Call(arguments: [hostile]),
      ],
      "agent apply": [
        Call(arguments: ["--file", "/nowhere/\(hostile)"]),
        Call(arguments: ["--file", stack.declaration], showsHostileText: false),
      ],
      "agent list": [Call(arguments: [], showsHostileText: false), Call(arguments: ["--team", hostile])],
      "agent show": [Call(arguments: ["engineering/hostile"])],
      "agent delete": [Call(arguments: [hostile])],
      "session start": [Call(arguments: ["--team", "engineering", "--agent", hostile])],
      "session list": [Call(arguments: []), Call(arguments: ["--team", hostile])],
      "session show": [Call(arguments: [id]), Call(arguments: [hostile])],
      "session events": [
        Call(arguments: [id]),
        Call(arguments: [id, "--follow"], replies: [(seen: HostileText.marker, reply: .signal(SIGINT))]),
      ],
      "session message": [Call(arguments: [hostile, "text"])],
      "session interrupt": [Call(arguments: [hostile])],
      "session approve": [Call(arguments: [id]), Call(arguments: [hostile, "--call", hostile])],
      "session deny": [Call(arguments: [id]), Call(arguments: [hostile, "--call", hostile])],
      "session restart": [asked([id]), Call(arguments: [hostile, "--yes", "--reason", "test"])],
      "session suspend": [Call(arguments: [hostile])],
      "session resume": [Call(arguments: [hostile])],
      "session kill": [asked([id])],
      "session purge": [asked([id])],
      "secret set": [
        Call(arguments: ["engineering/\(hostile)"], replies: [(seen: "Value of", reply: .type("value\n"))])
      ],
      "secret list": [Call(arguments: [])],
      "secret bind": [Call(arguments: ["engineering/\(hostile)", "--agent", "hostile"])],
      "secret delete": [asked(["engineering/\(hostile)"])],
      "import": [Call(arguments: [stack.folder]), Call(arguments: ["/nowhere/\(hostile)"])],
      "search": [
        Call(arguments: ["findable"], showsHostileText: false), Call(arguments: ["--session", hostile, "x"]),
      ],
    ]
  }
}
