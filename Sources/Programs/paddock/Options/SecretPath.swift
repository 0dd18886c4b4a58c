import ArgumentParser
import ControlModel

/// `TEAM/NAME` of a secret on the command line.
struct SecretPath: ExpressibleByArgument, CustomStringConvertible {
  let team: ResourceName
  let name: String

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let team = try? ResourceName(String(parts[0])), !parts[1].isEmpty else { return nil }
    self.team = team
    name = String(parts[1])
  }

  var description: String { "\(team)/\(name)" }
}
