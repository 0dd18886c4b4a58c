import ArgumentParser
import ControlModel

struct OperatorList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the people of your teams, and for administrators everybody.",
    discussion: "OPEN counts the connections of this moment: Postgres keeps no last login.")

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let people = try await common.withStores { try await $0.history.operators() }
    Report.print(.array(people.map(\.json)), as: common.output) { Self.table(people) }
  }

  /// A line for each role; whose they are stands in the first.
  static func table(_ people: [Operator]) -> String {
    var table = Table(columns: ["NAME", "TEAM", "ROLE", "OPEN", "LOGIN"])
    for person in people {
      let open = person.connections == 0 ? "-" : "\(person.connections)"
      var heads = [(person.name, open, person.way.shown + (person.isClosed ? ", closed" : ""))]
      if person.isAdministrator {
        table.add(person.name, "(all)", "administrator", open, heads[0].2)
        heads = []
      }
      for role in person.roles {
        let head = heads.popLast() ?? ("", "", "")
        table.add(head.0, role.team.text, role.level.rawValue + (role.isByGroup ? " (group)" : ""), head.1, head.2)
      }
      if let head = heads.popLast() { table.add(head.0, "-", "-", head.1, head.2) }
    }
    return table.text
  }
}

extension Operator.Way {
  var shown: String {
    switch self {
    case .password: "password"
    case .unixUser(let user): "Unix user \(user)"
    case .server: "pg_hba.conf"
    }
  }
}
