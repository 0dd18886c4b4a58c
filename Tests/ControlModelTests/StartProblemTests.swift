import ControlModel
import Testing

/// What can never start is refused where it is declared, with its place; what was taken in before stays readable, and
/// says why it cannot start.
@Suite struct StartProblemTests {
  private func declared(_ members: [DeclaredValue.Member]) -> DeclaredValue {
    DeclaredValue(.map(members), line: 4)
  }

  private func text(_ text: String) -> DeclaredValue {
    DeclaredValue(.scalar(text: text, value: .string(text)), line: 7)
  }

  private func spec(
    runtime: String = "exec", command: [String]? = ["/bin/cat"], env: [(String, String)] = [],
    prompt: String? = nil
  ) -> DeclaredValue {
    var members: [DeclaredValue.Member] = [.init(name: "runtime", value: text(runtime))]
    if let prompt { members.append(.init(name: "prompt", value: text(prompt))) }
    if let command {
      members.append(.init(name: "command", value: DeclaredValue(.list(command.map(text)), line: 5)))
    }
    let variables = env.map { DeclaredValue.Member(name: $0.0, value: text($0.1)) }
    members.append(.init(name: "env", value: DeclaredValue(.map(variables), line: 6)))
    return declared(members)
  }

  @Test(arguments: [
    ("", "'spec.env' (line 6) has a variable without a name"), ("A=B", "'spec.env.A=B' (line 7) is no variable"),
    ("A\u{1B}]0;x\u{07}\nB", "'spec.env' (line 7) is no variable"), ("A B", "'spec.env' (line 7) is no variable"),
    ("LD_PRELOAD", "'spec.env.LD_PRELOAD' (line 7) would act outside"), ("LD_AUDIT", "would act outside"),
    ("BASH_ENV", "would act outside"), ("MALLOC_CHECK_", "would act outside"),
  ])
  func anOddVariableIsRefused(_ name: String, _ words: String) throws {
    let failure = try #require(throws: ControlFailure.self) { try AgentSpec(declared: spec(env: [(name, "x")])) }
    #expect(failure.code == .invalidArgument && failure.summary.contains(words), "\(failure.summary)")
    #expect(!failure.summary.contains("\u{1B}") && !failure.summary.contains("\n"))
  }

  @Test(arguments: [
    "/x/new\nline", "file://other/srv/x", "-u x", "relative/path", "ext::sh -c id", "", "https://", "git@:x",
  ])
  func anAddressThatNoRepositoryHasIsRefused(_ repository: String) throws {
    let workspace = DeclaredValue(.map([.init(name: "repository", value: text(repository))]), line: 6)
    let value = declared([
      .init(name: "runtime", value: text("codex")), .init(name: "workspace", value: workspace),
    ])
    let failure = try #require(throws: ControlFailure.self) { try AgentSpec(declared: value) }
    #expect(failure.summary.hasPrefix("'spec.workspace.repository' (line 7)"), "\(failure.summary)")
    #expect(!failure.summary.contains("\n"))
  }

  @Test func aPathThatGoesUpIsRefused() throws {
    let failure = try #require(throws: ControlFailure.self) {
      try AgentSpec(declared: spec(command: ["/opt/bin/../bin/agent"]))
    }
    #expect(failure.summary.contains("'spec.command' (line 5) names a program by a path with '..'"))
    _ = try AgentSpec(declared: spec(command: ["../agent", "/x/.."]))
  }

  @Test func aCommandThatNamesNoProgramIsRefused() throws {
    for (runtime, command, words) in [
      ("exec", [], "'spec.command' (line 5) names no program"), ("exec", nil, "'spec.command' names no program"),
      ("exec", [""], "'spec.command' (line 5) begins with an empty text"),
      ("claude-code", ["", "x"], "begins with an empty text"), ("opencode", nil, "cannot drive"),
      ("exec", ["-x"], "'spec.command' (line 5) begins with '-x', which is an option and no program"),
      ("codex", ["--help"], "begins with '--help'"), ("exec", ["-\u{1B}c"], "begins with '-', which"),
      ("exec", ["A=1", "x"], "'spec.command' (line 5) begins with a word that has an '='"),
      ("exec", ["/opt/a=b/x"], "has an '='"),
    ] as [(String, [String]?, String)] {
      let failure = try #require(throws: ControlFailure.self) {
        try AgentSpec(declared: spec(runtime: runtime, command: command))
      }
      #expect(failure.summary.contains(words), "\(failure.summary)")
    }
    _ = try AgentSpec(declared: spec(runtime: "claude-code", command: nil))
    _ = try AgentSpec(declared: spec(runtime: "codex", command: []))
    _ = try AgentSpec(declared: spec(env: [("PATH", "/usr/bin"), ("tmp.dir-1", "")]))
  }

  @Test(arguments: [("1", false), ("2Mi", false), ("16777215", false), ("16Mi", true), ("1Gi", true)])
  func memoryInWhichNothingStartsIsRefused(_ memory: String, _ isTaken: Bool) throws {
    let limits = DeclaredValue(.map([.init(name: "memory", value: text(memory))]), line: 6)
    let value = declared([
      .init(name: "runtime", value: text("codex")), .init(name: "limits", value: limits),
    ])
    if isTaken {
      #expect(try AgentSpec(declared: value).limits.memory != nil)
    } else {
      let failure = try #require(throws: ControlFailure.self) { try AgentSpec(declared: value) }
      #expect(failure.summary.contains("'spec.limits.memory' (line 7) must be at least 16777216 bytes"))
    }
    #expect(try AgentSpec(json: ["runtime": "codex", "limits": ["memory": 1]]).limits.memory == 1)
  }

  /// execve takes no longer text, and not more in all.
  @Test func whatNoProgramCanBeGivenIsRefused() throws {
    let refusals: [(DeclaredValue, String)] = [
      (
        spec(env: [("A", String(repeating: "x", count: 131_070))]), "'spec.env.A' (line 7) makes a text of 131072 bytes"
      ),
      (
        spec(command: ["a", "b", String(repeating: "é", count: 65_536)]),
        "'spec.command' (line 5) has 131072 bytes in its word 3"
      ),
      (spec(prompt: String(repeating: "x", count: 131_057)), "'spec.prompt' (line 7) makes a text of 131072 bytes"),
      (spec(runtime: "claude-code", prompt: String(repeating: "x", count: 131_072)), "'spec.prompt' (line 7) makes"),
      (
        spec(env: (0..<20).map { ("A\($0)", String(repeating: "x", count: 100_000 + $0)) }),
        "'spec.env.A19' (line 7) is the largest"
      ),
      (spec(command: ["a"] + Array(repeating: "", count: 200_000)), "that take 1800010 bytes together"),
    ]
    for (declaration, words) in refusals {
      let failure = try #require(throws: ControlFailure.self) { try AgentSpec(declared: declaration) }
      #expect(failure.summary.contains(words), "\(failure.summary)")
      #expect(failure.summary.utf8.count < 300)
    }
    _ = try AgentSpec(declared: spec(env: [("A", String(repeating: "x", count: 131_069))]))
    _ = try AgentSpec(declared: spec(prompt: String(repeating: "x", count: 131_056)))
    // Codex is told its prompt when it runs.
    _ = try AgentSpec(declared: spec(runtime: "codex", prompt: String(repeating: "x", count: 900_000)))
  }

  @Test func whatAFormerVersionTookInIsReadAndCannotStart() throws {
    let large = String(repeating: "x", count: 900_000)
    for (object, word) in [
      (["runtime": "exec"], "names no program"),
      (["runtime": "exec", "command": ["a"], "env": ["": "x"]], "without a name"),
      (["runtime": "exec", "command": ["a"], "env": ["A=B": "x"]], "is no variable"),
      (["runtime": "exec", "command": ["a"], "env": ["A": "x\u{0}y"]], "is no variable"),
      (["runtime": "opencode"], "cannot drive"),
      (["runtime": "exec", "command": ["-x"]], "which is an option"),
      (
        ["runtime": "exec", "command": ["a"], "prompt": .string(large)],
        "its 'spec.prompt' makes a text of 900015 bytes"
      ),
      (["runtime": "codex", "env": ["A": .string(large)]], "its 'spec.env.A' makes a text of 900002 bytes"),
      (["runtime": "exec", "command": ["a", .string(large)]], "its 'spec.command' has 900000 bytes in its word 2"),
    ] as [(JSONObject, String)] {
      let spec = try AgentSpec(json: object)
      let agent = Agent(
        team: try ResourceName("t"), name: try ResourceName("a"), spec: spec, revision: 1,
        createdAt: Timestamp(microseconds: 0), updatedAt: Timestamp(microseconds: 0))
      #expect(spec.startProblem?.failure(of: agent).summary.contains(word) == true)
    }
    // Some engines take it.
    #expect(try AgentSpec(json: ["runtime": "codex", "env": ["LD_PRELOAD": "x"]]).startProblem == nil)
  }
}
