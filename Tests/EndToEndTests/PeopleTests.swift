import ControlModel
import Foundation
import Glibc
import PaddockProgram
import PostgresClient
import Testing

/// Three people of two teams on one machine, none of them root: the commands of README's section of that name.
@Suite(.serialized) struct PeopleTests {
  @Test func eachIsLetInAsHimselfAndSeesHisTeam() async throws {
    try await withPeople { people in
      let (paddock, ann, ben, cid) = (people.paddock, people.names[0], people.names[1], people.names[2])
      let listed = try await paddock.json("operator", "list").arrayValue ?? []
      #expect(listed.map { $0["name"]?.stringValue } == [ann, ben, cid])
      #expect(listed.map { $0["unixUser"]?.stringValue } == [ann, ben, cid])
      let table = try await paddock.require("operator", "list").lines
      #expect(table.allSatisfy { $0.count <= 80 }, "\(table)")

      #expect(try await teams(people, ann) == ["engineering"])
      #expect(try await teams(people, cid) == ["marketing"])
      #expect(try await people.json(ben, "status")["core"]?.stringValue != nil)
      let seen = try await people.json(ben, "operator", "list").arrayValue ?? []
      #expect(seen.map { $0["name"]?.stringValue } == [ann, ben])

      // Nobody is anybody else, whatever is asked for.
      for other in [cid, "paddock"] {
        let run = try await people.run(ben, "team", "list", variables: ["PGUSER=\(other)"])
        #expect(run.status == 1 && run.errors.contains("Peer authentication failed"), "\(run)")
      }
      try await paddock.require("secret", "set", "engineering/TOKEN", input: "x")
      for (program, path) in [("cat", "/master.key"), ("ls", "/postgres"), ("ls", "/socket"), ("cat", "/core.log")] {
        let run = try await Program.run(
          ["setpriv", "--reuid", ben, "--regid", ben, "--clear-groups", program, paddock.directory + path])
        #expect(run.errors.contains("Permission denied"), "\(path) lies open: \(run)")
      }
    }
  }

  @Test func anAdminOfATeamGivesRolesInItAndNowhereElse() async throws {
    try await withPeople { people in
      let (ann, ben, cid) = (people.names[0], people.names[1], people.names[2])
      #expect(
        try await people.run(ann, "operator", "grant", cid, "--team", "engineering", "--role", "viewer").status == 0)
      #expect(try await teams(people, cid) == ["engineering", "marketing"])
      #expect(try await people.run(ann, "revoke", cid, "--team", "engineering").status == 0)
      #expect(try await teams(people, cid) == ["marketing"])

      let elsewhere = try await people.run(ann, "operator", "grant", ann, "--team", "marketing", "--role", "admin")
      #expect(elsewhere.status == 1 && elsewhere.errors.contains("There is no team 'marketing'"), "\(elsewhere)")
      let upwards = try await people.run(ben, "operator", "grant", ben, "--team", "engineering", "--role", "admin")
      #expect(upwards.status == 1 && upwards.errors.contains("only admins"), "\(upwards)")
      #expect(try await people.run(ann, "operator", "add", "dora").status == 1)
      #expect(try await people.run(ann, "team", "create", "mine").status == 1)
    }
  }

  /// A line that is left would let the former person's user in as the next person of that name.
  @Test func whoIsRemovedByAnAdministratorWhoIsLetInIsKeptOut() async throws {
    try await withPeople { people in
      let (paddock, ann, boss) = (people.paddock, people.names[0], people.names[2])
      let files = ["pg_ident.conf"].map { paddock.directory + "/postgres/" + $0 }
      func lines(of name: String) throws -> Int {
        try files.map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
          .split(separator: "\n").count { $0.hasPrefix("paddock \"\(name)\"") }
      }
      #expect(try lines(of: ann) == 1)
      try await paddock.require("operator", "remove", boss, "--yes", "--reason", "becomes another")
      try await paddock.require("operator", "add", boss, "--unix-user", boss, "--administrator")
      let run = try await people.run(boss, "operator", "remove", ann, "--yes", "--reason", "left")
      #expect(run.status == 0, "\(run)")
      try await eventually("the core has taken the line out") { try lines(of: ann) == 0 ? true : nil }
      #expect(try lines(of: boss) == 1)

      // With the core away, and by the address of the database: the next start sees to it.
      let url = "postgresql://paddock@/paddock?host=\(paddock.directory)/postgres"
      let ben = people.names[1]
      let core = try JSONValue(parsing: String(contentsOfFile: paddock.directory + "/core.json", encoding: .utf8))
      for pid in Processes.supervisors(of: paddock.directory) { kill(pid, SIGKILL) }
      kill(pid_t(core["pid"]?.integerValue ?? 0), SIGKILL)
      var elsewhere = paddock
      elsewhere.environment["PADDOCK_DATABASE_URL"] = url
      try await elsewhere.require("operator", "remove", ben, "--yes", "--reason", "left")
      #expect(try lines(of: ben) == 1)
      try await paddock.require("up", "--headless")
      #expect(try lines(of: ben) == 0)
    }
  }

  @Test func whatNeedsTheEngineIsForWhoRunsTheStack() async throws {
    try await withPeople { people in
      let ann = people.names[0]
      for command in ["up", "down", "core"] {
        let run = try await people.run(ann, command)
        #expect(run.status == 1 && run.errors.contains("is for root, who runs the Paddock in"), "\(run)")
      }
      let setting = try await people.run(ann, "secret", "set", "engineering/TOKEN")
      #expect(setting.status == 1 && setting.errors.contains("Sealing secrets is for root"), "\(setting)")
      let user = try await people.run(ann, "operator", "add", "dora", "--unix-user", "daemon")
      #expect(user.status == 1 && user.errors.contains("is for root"), "\(user)")
      #expect(try await people.run(ann, "doctor").output.contains("engine"))
      try await people.paddock.require("status")
    }
  }

  @Test func theConsoleIsEverybodysAndTheEngineIsNot() async throws {
    try await withPeople { people in
      let (paddock, ann) = (people.paddock, people.names[0])
      try await paddock.apply(agent: "idle", "runtime: exec\ncommand: [/bin/sleep, '600']")
      let id = try await paddock.start(agent: "idle", message: "count sheep")
      try await paddock.wait(for: id, toBe: "working")
      try await ConsoleTerminal.open(.small, on: paddock) { terminal in
        try await terminal.run("clear; " + people.commandLine(ann, variables: ["TERM=$TERM"]))
        try await terminal.wait(for: "count sheep")
        try await terminal.press("2")
        try await terminal.type("!")
        // A core tells where a sandbox is a moment after the agent's first word.
        let answers = ["Only root can enter", "No core has told"]
        while try await terminal.wait(for: "an answer", until: { answers.contains(where: $0.contains) })
          .contains(answers[1])
        {
          try await terminal.type("!")
        }
        try await terminal.press("C-c")
        try await terminal.wait(for: "shell>")
      }
      #expect(try await paddock.json("status")["core"]?.stringValue != nil)
    }
  }

  @Test func whoeverIsRemovedIsOutAtOnce() async throws {
    try await withPeople { people in
      let (paddock, ann, ben) = (people.paddock, people.names[0], people.names[1])
      try await paddock.require("operator", "remove", ann, "--yes", "--reason", "left")
      let run = try await people.run(ann, "session", "list")
      #expect(run.status == 1 && run.errors.contains("You are not let in to the Paddock in"), "\(run)")
      #expect(try await teams(people, ben) == ["engineering"])
      try await paddock.require("down")
      let stopped = try await people.run(ben, "session", "list")
      #expect(stopped.status == 1 && stopped.errors.contains("root starts it with `paddock up`"), "\(stopped)")
      try await paddock.require("up", "--headless")
      #expect(try await teams(people, ben) == ["engineering"])
      #expect(try await people.run(ann, "session", "list").status == 1)
    }
  }

  @Test func underSudoTheActorIsWhoCalled() async throws {
    try await withPeople { people in
      let (ann, ben) = (people.names[0], people.names[1])
      let number = try await Program.run(["id", "-u", ann]).lines[0]
      let variables = ["SUDO_USER": ann, "SUDO_UID": number]
      let starting = try await [
        actor(people, "one", as: variables), actor(people, "two", as: variables.merging(["SUDO_UID": "4711"]) { $1 }),
        actor(people, "three", as: ["SUDO_USER": "root", "SUDO_UID": "0"]),
      ]
      #expect(
        starting[0].hasSuffix(ann) && starting[1].hasSuffix("root") && starting[2].hasSuffix("root"), "\(starting)")
      // A plain user's own word is worth nothing.
      let grant = try await people.run(
        ann, "operator", "grant", ben, "--team", "engineering", "--role", "viewer",
        variables: ["SUDO_USER=root", "SUDO_UID=0"])
      #expect(grant.status == 0, "\(grant)")
      let actors = try await grantingActors(people.paddock)
      #expect(actors.contains { $0.contains(ann) && !$0.contains("root") }, "\(actors)")
    }
  }

  private func actor(
    _ people: UnixPeople, _ agent: String, as variables: [String: String]
  ) async throws -> String {
    var paddock = people.paddock
    paddock.environment = variables
    try await paddock.apply(agent: agent, "runtime: exec\ncommand: [/bin/sleep, '600']")
    let id = try await paddock.start(agent: agent)
    let operations = try await paddock.session(id)["operations"]?.arrayValue ?? []
    return operations.first?["actor"]?.stringValue ?? ""
  }

  /// By the record itself, as root, who is still let in as the owner.
  private func grantingActors(_ paddock: PaddockInstallation) async throws -> [String] {
    let url = "postgresql://paddock@/paddock?host=\(paddock.directory)/postgres"
    let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
    let rows = try await connection.query("SELECT actor FROM paddock.operation WHERE kind = 'operator.grant'")
    await connection.close()
    return try rows.map { try $0.text("actor") }
  }

  private func teams(_ people: UnixPeople, _ name: String) async throws -> [String] {
    (try await people.json(name, "team", "list").arrayValue ?? []).compactMap { $0["name"]?.stringValue }
  }

  /// An admin and an approver of one team, an operator of the other.
  private func withPeople(_ body: (UnixPeople) async throws -> Void) async throws {
    try await PaddockInstallation.run { paddock in
      try await UnixPeople.with(3, on: paddock) { people in
        for team in ["engineering", "marketing"] { try await paddock.require("team", "create", team) }
        let roles = [("engineering", "admin"), ("engineering", "approver"), ("marketing", "operator")]
        for (name, role) in zip(people.names, roles) {
          try await paddock.require("operator", "add", name, "--unix-user", name)
          try await paddock.require("operator", "grant", name, "--team", role.0, "--role", role.1)
        }
        try await body(people)
      }
    }
  }
}
