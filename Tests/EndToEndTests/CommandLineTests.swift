import ControlModel
import PaddockProgram
import Testing

@Suite struct CommandLineTests {
  @Test(arguments: [
    (["session", "strat"], "strat"), (["team", "create", "Not_A_Label"], "Not_A_Label"),
    (["up", "--colour"], "--colour"),
    (["team", "list", "--database-url", "postgresql://anna:secret@/paddock"], "~/.pgpass"),
    (["operator", "add", "Anna"], "Anna"), (["operator", "add", "pg_anna"], "pg_anna"),
    (["operator", "grant", "anna", "--team", "platform", "--role", "boss"], "boss"),
    (["operator", "add", "anna", "--password-prompt", "--unix-user", "anna"], "--unix-user"),
    (["session", "list", "--output", "xml"], "xml"), (["agent", "apply", "-f", "/nowhere.yaml"], "/nowhere.yaml"),
  ])
  func aWrongCallEndsWithTwoAndNamesWhatIsWrong(arguments: [String], named: String) async throws {
    let run = try await PaddockInstallation(directory: "/tmp/paddock-not-there").paddock(arguments)
    #expect(run.status == 2)
    #expect(run.errors.contains(named) && run.output.isEmpty)
  }

  /// Nothing is asked of a stack before it is known what.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "session message 018f0000-0000-7000-8000-000000000000 -", "secret set engineering/TOKEN", "agent apply -f -",
      "agent apply -f /dev/zero", "operator add ann --password-prompt",
    ])
  func inputWithoutEndIsRefusedAtItsBound(command: String) async throws {
    let program = PaddockInstallation.products + "/paddock"
    let run = try await Program.run(
      ["/bin/sh", "-c", "ulimit -v 4000000; exec \(program) \(command) < /dev/zero"],
      environment: ["PADDOCK_DATA_DIR": "/tmp/paddock-not-there"])
    #expect(run.status == 2 && run.errors.contains("has more than"), "\(run.status): \(run.errors)")
  }

  @Test func nothingRunningIsOneClearSentence() async throws {
    let run = try await PaddockInstallation(directory: "/tmp/paddock-not-there").paddock("session", "list")
    #expect(run.status == 1)
    #expect(
      run.errors
        == "paddock: Paddock is not running in /tmp/paddock-not-there. Start it with `paddock up`, or name a database with --database-url.\n"
    )
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
