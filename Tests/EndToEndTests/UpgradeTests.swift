import ClusterSupport
import ControlModel
import Foundation
import PaddockProgram
import Testing

/// An installation of the release before goes on under this one.
@Suite(.serialized) struct UpgradeTests {
  /// What `session list` says of a session in both releases. The reason of a state and what an agent does now are words.
  private static let lasting = [
    "id", "team", "agent", "title", "runtime", "state", "events", "turns", "tokens", "createdAt",
  ]

  @Test func aDumpReadsAsBefore() async throws {
    try await EarlierRelease.restored { paddock in
      try await paddock.require("up", "--headless")
      let before = try EarlierRelease.sessions()
      let after = try await paddock.json("session", "list").arrayValue ?? []
      #expect(lasting(after) == lasting(before))
      for (id, lines) in try EarlierRelease.histories() {
        #expect(try await paddock.require("session", "events", id, "--output", "jsonl").lines == lines, "\(id)")
      }
      #expect(try await paddock.require("search", "heard", "--output", "json").output.contains("third: umlaut"))
      let secrets = try await paddock.json("secret", "list").arrayValue?.compactMap { $0["name"]?.stringValue }
      #expect(secrets == ["TOKEN", "KEY"])
    }
  }

  @Test func theAuditOfADumpStillVerifies() async throws {
    try await EarlierRelease.restored { paddock in
      try await paddock.require("up", "--headless")
      for team in ["alpha", "beta", "imported"] {
        #expect(try await paddock.sql("SELECT * FROM paddock.verify_audit('\(team)')") == "", "\(team)")
      }
      #expect(try await paddock.sql("SELECT count(*) > 10 FROM paddock.audit") == "t")
    }
  }

  @Test func aNewSecretIsSealedWithTheSameKey() async throws {
    try await EarlierRelease.restored { paddock in
      try await paddock.require("up", "--headless")
      let run = try await paddock.paddock("secret", "set", "alpha/SECOND", input: "another value")
      #expect(run.status == 0, "\(run.errors)")
      #expect(try await paddock.sql("SELECT count(DISTINCT key_id) FROM paddock.secret") == "1")
    }
  }

  /// What the release's schema let operators, agents and transcripts write is no reason not to start, and is not lost.
  @Test func whatTheRulesRefuseNowIsSetAsideAndNamed() async throws {
    try await EarlierRelease.restored("hostile") { paddock in
      try await paddock.require("up", "--headless")
      for (id, lines) in try EarlierRelease.histories() {
        #expect(try await paddock.require("session", "events", id, "--output", "jsonl").lines == lines, "\(id)")
      }
      // The purge that another team asked for has come to an end, and nowhere near the session.
      let forged = """
        SELECT (SELECT count(*) FROM paddock.operation WHERE actor = 'mallory'), content::json ->> 'outcome'
        FROM paddock.set_aside WHERE content LIKE '%session.purge%' AND reason = 'it commands a session of another team'
        """
      #expect(try await paddock.sql(forged) == "0|failed")
      let aside = try await paddock.json("set-aside", "list").arrayValue ?? []
      let relations = Set(aside.compactMap { $0["relation"]?.stringValue })
      #expect(
        relations.isSuperset(of: ["paddock.operation", "paddock.agent", "paddock.secret_binding"]), "\(relations)")
      #expect(try await paddock.require("doctor").output.contains("set aside"))
      let listed = try await paddock.json("session", "list").arrayValue ?? []
      #expect(listed.count == (try EarlierRelease.sessions().count) + 7, "those that were odd are there, too")
      #expect(try await paddock.require("search", "heard", "--output", "json").output.contains("third: umlaut"))
      // Its transcript came to be after the dump: a core makes it findable first.
      try await eventually("what bears the year 9999 is found") {
        try await paddock.require("search", "9999", "--output", "json").output.contains("year 9999") ? true : nil
      }
      // The operations that were set aside are compared with where they lie now, and lying there is no reason to be believed.
      for team in ["alpha", "beta", "imported"] {
        #expect(try await paddock.sql("SELECT problem FROM paddock.verify_audit('\(team)')") == "", "\(team)")
      }
      for (change, problem) in [
        ("UPDATE paddock.set_aside SET content = replace(content, 'mallory', 'ann')", "its operation was changed"),
        ("DELETE FROM paddock.set_aside", "its operation is missing"),
      ] {
        #expect(
          try await paddock.sql(
            "\(change) WHERE relation = 'paddock.operation'; SELECT * FROM paddock.verify_audit('alpha')"
          )
          .hasSuffix(problem))
      }
    }
  }

  /// Its runners work on while the programs are changed, and the new ones go on with them.
  @Test func runningRunnersAreAdopted() async throws {
    try await EarlierRelease.running { earlier, paddock in
      let sessions = try await begin(earlier)
      let runners = sessions.map(Processes.runners)
      #expect(runners.allSatisfy { $0.count == 1 })
      try await paddock.require("up", "--headless")
      #expect(sessions.map(Processes.runners) == runners)
      try await goOn(paddock, sessions)
      #expect(sessions.allSatisfy { Processes.runners(of: $0).isEmpty })
    }
  }

  /// The same where the runners are in pods.
  @Test func runningPodsAreAdopted() async throws {
    let earlierRunner = try await EarlierRelease.programs() + "/paddock-runner"
    try await KubernetesStack.onNode(runner: earlierRunner, agents: .busybox) { node, environment, namespace in
      func pods() async throws -> [Substring] {
        let columns =
          "custom-columns=:metadata.uid,:metadata.deletionTimestamp,:status.containerStatuses[*].restartCount"
        return try await node.require("get", "pods", "--no-headers", "--namespace", namespace, "--output", columns)
          .split(separator: "\n")
      }
      try await EarlierRelease.running(environment: environment) { earlier, paddock in
        let sessions = try await begin(earlier)
        let running = try await pods()
        #expect(running.count == 2 && running.allSatisfy { $0.contains("<none>") }, "\(running)")
        _ = try await node.load(.runner(program: PaddockInstallation.products + "/paddock-runner"))
        try await paddock.require("up", "--headless")
        try await goOn(paddock, sessions) { () async throws in #expect(try await pods() == running) }
        #expect(try await pods().isEmpty)
      }
    }
  }

  /// A session that works by itself and one that has answered once; then nobody looks after them.
  private func begin(_ earlier: PaddockInstallation) async throws -> [String] {
    try await earlier.require("up", "--headless")
    try await earlier.apply(
      agent: "worker",
      "runtime: exec\ncommand: [/bin/sh, -c, 'n=0; while :; do n=$((n+1)); echo step $n; sleep 0.2; done']")
    try await earlier.apply(agent: "echo", "runtime: exec\ncommand: [/bin/sh, -c, '\(EarlierRelease.echo)']")
    let worker = try await earlier.start(agent: "worker")
    let echo = try await earlier.start(agent: "echo", message: "one")
    try await earlier.wait(for: echo, toHave: "an answer") { $0.text == "heard: one" }
    try await earlier.require("down", "--keep-sandboxes")
    return [worker, echo]
  }

  /// `whileAdopted` is called before anything is started anew.
  private func goOn(
    _ paddock: PaddockInstallation, _ sessions: [String], whileAdopted: () async throws -> Void = {}
  ) async throws {
    let (worker, echo) = (sessions[0], sessions[1])
    let seen = try await paddock.events(of: worker).count
    try await eventually("the worker goes on") { try await paddock.events(of: worker).count > seen + 5 ? true : nil }
    try await paddock.require("session", "message", echo, "two")
    try await paddock.wait(for: echo, toHave: "the second answer") { $0.text == "heard: two" }
    try await whileAdopted()
    // A new runner goes on with the journal of the old one, which now and then is taken away by its kubelet only when its
    // time is over: that release could hang when it ended.
    try await paddock.require("session", "restart", echo, "--yes", "--wait", "120", "--reason", "upgrade")
    try await paddock.wait(for: echo, toBe: "waiting")
    try await paddock.require("session", "message", echo, "three")
    try await paddock.wait(for: echo, toHave: "the third answer") { $0.text == "heard: three" }
    for id in sessions {
      try await paddock.require("session", "kill", id, "--yes", "--wait", "120", "--reason", "end of test")
      let numbers = try await paddock.events(of: id).map(\.seq)
      #expect(numbers == Array(1...Int64(numbers.count)))
    }
  }

  private func lasting(_ sessions: [JSONValue]) -> Set<String> {
    Set(sessions.map { session in Self.lasting.map { "\($0)=\(session[$0]?.text ?? "–")" }.joined(separator: " ") })
  }
}
