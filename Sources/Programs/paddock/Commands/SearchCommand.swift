import ArgumentParser
import ControlModel

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Search the text of all events.",
    discussion: "Words are joined by 'and'; \"quotes\" hold a phrase together, 'or' and a leading '-' work too.")

  @Argument(help: "What to look for.") var words: [String]
  @Option(help: "Only this team's sessions.") var team: String?
  @Option(help: "Only this session.") var session: String?
  @Option(help: "How many hits at most.") var limit = 50
  @OptionGroup var common: CommonOptions

  func run() async throws {
    guard limit > 0, limit <= 10_000 else { throw ControlFailure(.invalidArgument, "--limit must be from 1 to 10000.") }
    let team = try team.map { try ResourceName($0, of: "team name") }
    let hits = try await common.withStores { stores in
      var query = SearchQuery(text: words.joined(separator: " "), team: team, limit: limit)
      if let session { query.session = try await stores.session(named: session).id }
      return try await stores.history.search(query)
    }
    Report.print(.array(hits.map(\.json)), as: common.output) {
      var table = Table(columns: ["SESSION", "SEQ", "TIME", "KIND", "TITLE", "TEXT"])
      for hit in hits {
        table.add(
          hit.session.text, String(hit.seq), hit.time.description, hit.kind.rawValue, String(hit.title.prefix(24)),
          hit.excerpt)
      }
      return table.text
    }
  }
}
