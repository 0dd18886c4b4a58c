import ControlModel
import PaddockProgram
import Testing

@Suite struct CommandLineTests {
  @Test(arguments: [
    (["session", "strat"], "strat"), (["team", "create", "Not_A_Label"], "Not_A_Label"),
    (["up", "--colour"], "--colour"),
    (["session", "list", "--output", "xml"], "xml"), (["agent", "apply", "-f", "/nowhere.yaml"], "/nowhere.yaml"),
  ])
  func aWrongCallEndsWithTwoAndNamesWhatIsWrong(arguments: [String], named: String) async throws {
    let run = try await PaddockInstallation(directory: "/tmp/paddock-not-there").paddock(arguments)
    #expect(run.status == 2)
    #expect(run.errors.contains(named) && run.output.isEmpty)
  }

  @Test func nothingRunningIsOneClearSentence() async throws {
    let run = try await PaddockInstallation(directory: "/tmp/paddock-not-there").paddock("session", "list")
    #expect(run.status == 1)
    #expect(
      run.errors
        == "paddock: Paddock is not running in /tmp/paddock-not-there. Start it with `paddock up`, or name a database with --database-url.\n"
    )
  }

  /// What a declaration says wrong is told with its place before anything is asked of a database.
  @Test(arguments: [
    ("limits: {memory: 512m}", "'spec.limits.memory' (line 6)", "write 512Mi"),
    ("limits: {memory: 0}", "'spec.limits.memory' (line 6)", "at least one byte"),
    ("limits: {memory: 9000P}", "'spec.limits.memory' (line 6)", "from 1 to"),
    ("limits: {processes: 0.5}", "'spec.limits.processes' (line 6)", "a whole number"),
    ("limits: {processes: 500m}", "'spec.limits.processes' (line 6)", "a whole number"),
    ("limits: {cpu: 100000000000000}", "'spec.limits.cpu' (line 6)", "from 0.001 to 100000"),
    ("limits: {cpu: -1}", "'spec.limits.cpu' (line 6)", "a number of processors"),
    ("limits: {cpu: .inf}", "'spec.limits.cpu' (line 6)", "a number of processors"),
    ("limits: {cpu: 0x10}", "'spec.limits.cpu' (line 6)", "a number of processors"),
    ("limits: {budgetUSD: -3}", "'spec.limits.budgetUSD' (line 6)", "US dollars"),
    ("limits: {idleTimeout: 1e300}", "'spec.limits.idleTimeout' (line 6)", "a duration"),
    ("warmPool: {size: 1e99}", "'spec.warmPool.size' (line 6)", "a whole number"),
    ("pod: {readOnlyRootFilesystem: NO}", "'spec.pod.readOnlyRootFilesystem' (line 6)", "true or false"),
    (#"env: {A: "x\0y"}"#, "'spec.env.A' (line 6)", "without a NUL"),
    (#"env: {"A\0B": x}"#, "'spec.env.A", "without a NUL"),
    (#"command: [/bin/sh, "x\0y"]"#, "'spec.command[1]' (line 6)", "without a NUL"),
    (#"workspace: {repository: "/srv\0/x"}"#, "'spec.workspace.repository' (line 6)", "without a NUL"),
    ("network: {a: b}", "'spec.network' (line 6)", "a text"),
    ("env: {A: 1, A: 2}", "has 'A' twice", "(line 6)"), ("a: &a [x]\n  b: *c", "alias", "(line 7)"),
  ])
  func aDeclarationSaysWhereItIsWrong(spec: String, place: String, words: String) async throws {
    let head = "apiVersion: paddock.dev/v1\nkind: Agent\nmetadata: {team: t, name: x}\nspec:\n  runtime: exec\n"
    let run = try await PaddockInstallation(directory: "/tmp/paddock-not-there")
      .paddock(["agent", "apply", "-f", "-"], input: "\(head)  \(spec)\n")
    #expect(run.status == 2 && run.errors.contains(place) && run.errors.contains(words), "\(run.errors)")
  }

  /// `cases/agents/norway.yaml`: whatever YAML might take a text for, the agent gets what stands there.
  @Test func variablesAndArgumentsAreTheTextsThatStandThere() async throws {
    let values = [
      "NO", "on", "yes", "off", "1.10", "01234", "12e3456", "12:30:45", "2026-11-28", "0x1F",
      "123456789012345678901234567890", "1e3", "True", ".inf", "1_000", "y", "n", "0o17", "~", "null", "-0", "+1",
    ]
    let variables = values.enumerated().map { "  X_\($0.offset + 10): \($0.element)\n" }.joined()
    let script = #"env | sort | sed -n "s/^X_..=//p" | tr "\n" " "; echo "$0 $1 $2"; cat"#
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(
        agent: "norway", "runtime: exec\ncommand: [/bin/sh, -c, '\(script)', a, yes, 0o17]\nenv:\n\(variables)")
      let id = try await paddock.start(agent: "norway")
      let wanted = values.joined(separator: " ") + " a yes 0o17"
      try await paddock.wait(for: id, toHave: "all variables as they stand there") { $0.text == wanted }
    }
  }

  @Test func destructiveCommandsAskOrWantAReason() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "idle", "runtime: exec\ncommand: [/bin/sleep, '600']")
      let id = try await paddock.start(agent: "idle")
      #expect(try await paddock.paddock("session", "kill", id).status == 2)
      #expect(try await paddock.paddock("session", "kill", id, "--yes").errors.contains("--reason"))
      #expect(try await paddock.session(id)["desired"]?.stringValue == "running")
      let bad = try await paddock.paddock(
        "agent", "apply", "-f", "-",
        input:
          "apiVersion: paddock.dev/v1\nkind: Agent\nmetadata: {team: engineering, name: x}\nspec: {runtime: exec, limits: {memory: lots}}\n"
      )
      #expect(bad.status == 2 && bad.errors.contains("spec.limits.memory"))
      let missing = try await paddock.paddock("session", "start", "--team", "engineering", "--agent", "nobody")
      #expect(missing.status == 1 && missing.errors.contains("nobody"))
    }
  }
}
