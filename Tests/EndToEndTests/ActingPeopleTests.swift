import ControlModel
import PaddockProgram
import Testing

/// What each of the three may do to an agent that asks before it acts, by the real program and the real core.
@Suite(.serialized) struct ActingPeopleTests {
  @Test func anApproverAnswersAnOperatorActsAndAnotherTeamDoesNeither() async throws {
    try await PaddockInstallation.run { paddock in
      try await UnixPeople.with(3, on: paddock) { people in
        let (ann, ben, cid) = (people.names[0], people.names[1], people.names[2])
        for team in ["engineering", "marketing"] { try await paddock.require("team", "create", team) }
        let roles = [("engineering", "admin"), ("engineering", "approver"), ("marketing", "operator")]
        for (name, role) in zip(people.names, roles) {
          try await paddock.require("operator", "add", name, "--unix-user", name)
          try await paddock.require("operator", "grant", name, "--team", role.0, "--role", role.1)
        }
        try await paddock.apply(
          agent: "echo", "runtime: exec\ncommand: [/bin/sh, -c, 'while read -r line; do echo \"heard $line\"; done']")
        let id = try await paddock.start(agent: "echo", message: "one")
        try await paddock.wait(for: id, toHave: "its first answer") { $0.text == "heard one" }

        #expect(try await people.run(ben, "session", "message", id, "two").status == 0)
        try await paddock.wait(for: id, toHave: "the approver's message") { $0.text == "heard two" }
        for action in [
          ["interrupt"], ["suspend"], ["restart", "--yes", "--reason", "x"], ["kill", "--yes", "--reason", "x"],
        ] {
          let run = try await people.run(ben, ["session", action[0], id] + action.dropFirst(), [])
          #expect(run.status == 1 && run.errors.contains("refuses this"), "\(action[0]): \(run)")
        }
        // Nothing waits for a decision: that, and no missing right, is the answer.
        for verb in ["approve", "deny"] {
          let run = try await people.run(ben, "session", verb, id, "--call", "none")
          #expect(run.status == 1 && run.errors.contains("does not wait for a decision"), "\(run)")
        }
        for verb in ["message", "interrupt", "approve"] {
          let run = try await people.run(cid, ["session", verb, id] + (verb == "message" ? ["x"] : []), [])
          #expect(run.status == 1 && run.errors.contains("no session"), "\(run)")
        }
        #expect(try await people.json(cid, "session", "list").arrayValue?.isEmpty == true)
        #expect(try await people.run(ann, "session", "kill", id, "--yes", "--reason", "done").status == 0)
        try await paddock.wait(for: id, toBe: "killed")
        let operations = try await paddock.session(id)["operations"]?.arrayValue ?? []
        let actors = operations.map { "\($0["kind"]?.stringValue ?? "") \($0["actor"]?.stringValue ?? "")" }
        #expect(actors.contains("session.kill \(ann)") && actors.contains("session.message \(ben)"), "\(actors)")
        // The core links what they asked for into the chain behind them.
        try await eventually("the audit is linked") {
          try await paddock.sql("SELECT count(*) FROM paddock.audit_entry") == "0" ? true : nil
        }
        #expect(try await paddock.sql("SELECT count(*) > 5 FROM paddock.audit WHERE team = 'engineering'") == "t")
      }
    }
  }
}
