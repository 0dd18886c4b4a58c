import ArgumentParser
import ControlModel

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say what is running, and what the sessions are doing.")

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let (sessions, holder) = try await common.withStores { stores in
      (try await stores.history.sessions(of: nil), try await stores.history.leaseHolder())
    }
    let troubles = StackTrouble.read(of: common.stack.installation)
    var counts = JSONObject()
    for state in SessionState.allCases {
      let count = sessions.count { $0.state == state }
      if count > 0 { counts[state.rawValue] = JSONValue(count) }
    }
    let json: JSONObject = [
      "dataDirectory": .string(common.stack.installation.dataDirectory), "database": "reachable",
      "core": holder.map { .string($0) } ?? .null, "sessions": .object(counts),
      "troubles": .array(troubles.map { .string($0.phrase) }),
    ]
    Report.print(.object(json), as: common.output) {
      let states = counts.members.map { "\($0.value.text) \($0.name)" }.joined(separator: ", ")
      return """
        data directory  \(common.stack.installation.dataDirectory)
        database        reachable
        core            \(holder ?? "none is running; start one with `paddock up`")
        sessions        \(states.isEmpty ? "none" : states)

        """ + troubles.map { "trouble         \($0.phrase)\n" }.joined()
    }
  }
}
