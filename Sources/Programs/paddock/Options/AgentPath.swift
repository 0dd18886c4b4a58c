import ArgumentParser
import ControlModel

/// `TEAM/AGENT` on the command line.
struct AgentPath: ExpressibleByArgument, CustomStringConvertible {
  let team: ResourceName
  let name: ResourceName

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let team = try? ResourceName(String(parts[0])),
      let name = try? ResourceName(String(parts[1]))
    else { return nil }
    self.team = team
    self.name = name
  }

  var description: String { "\(team)/\(name)" }
}
