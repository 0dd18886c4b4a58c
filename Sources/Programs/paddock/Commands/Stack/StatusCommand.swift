import ArgumentParser
import ControlModel

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say what is running, and what the sessions are doing.")

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let installation = common.stack.installation
    let (sessions, holder, disk) = try await read(installation)
    let troubles = StackTrouble.read(of: installation)
    var counts = JSONObject()
    for state in SessionState.allCases {
      let count = sessions.count { $0.state == state }
      if count > 0 { counts[state.rawValue] = JSONValue(count) }
    }
    let json: JSONObject = [
      "dataDirectory": .string(installation.dataDirectory), "database": "reachable",
      "core": holder.map { .string($0) } ?? .null, "sessions": .object(counts), "disk": disk.json,
      "troubles": .array(troubles.map { .string($0.phrase) }),
    ]
    Report.print(.object(json), as: common.output) {
      let states = counts.members.map { "\($0.value.text) \($0.name)" }.joined(separator: ", ")
      return """
        data directory  \(installation.dataDirectory)
        database        reachable
        core            \(holder ?? "none is running; start one with `paddock up`")
        sessions        \(states.isEmpty ? "none" : states)
        disk            \(disk.text)
        \(disk.lines)\(troubles.map { "\ntrouble         \($0.phrase)" }.joined())
        """
    }
  }

  private func read(_ installation: Installation) async throws -> ([Session], String?, DiskReport) {
    do {
      return try await common.withStores { stores in
        let told = try await stores.history.engineStatus()?.disk
        let uses = try await stores.history.diskUses()
        return (
          try await stores.history.sessions(of: nil), try await stores.history.leaseHolder(),
          DiskReport(here: installation.disk, told: told, uses: uses)
        )
      }
    } catch {
      installation.warnOfFullDisk()
      throw error
    }
  }
}
