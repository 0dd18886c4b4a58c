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
    let (hits, gone) = try await common.withStores { stores -> ([SearchHit], String?) in
      var query = SearchQuery(text: words.joined(separator: " "), team: team, limit: limit)
      let named: Session?
      if let session { named = try await stores.session(named: session) } else { named = nil }
      query.session = named?.id
      let terms = named == nil ? try await stores.history.retentions(of: team) : []
      return (try await stores.history.search(query), named?.goneByTerm ?? Self.note(terms))
    }
    if let gone { StandardError.say("paddock: Not searched: \(SafeText.line(gone)).") }
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

  /// Where many sessions are searched: which of their teams keep events for a time only.
  private static func note(_ terms: [Retention]) -> String? {
    let limited = terms.compactMap { term in
      term.eventDays.map { "team '\(term.team)' keeps events for \(Retention.counted($0))" }
    }
    guard !limited.isEmpty else { return nil }
    let more = limited.count > 3 ? " and \(limited.count - 3) more teams have terms" : ""
    return "what is past its term (\(limited.prefix(3).joined(separator: ", "))\(more))"
  }
}
