package import ControlModel

/// A search over the histories of all sessions, or of one team's.
package struct SearchView: Sendable, Hashable {
  /// Hits asked for; who needs more says it with more words.
  package static let limit = 200

  package let team: ResourceName?
  package var line: LineEditor
  /// The words that `hits` are of, or will be.
  package private(set) var asked = ""
  /// `nil` until an answer has come.
  package private(set) var hits: [SearchHit]?
  package private(set) var isLoading = false
  package private(set) var selected = 0

  package init(_ text: String = "", team: ResourceName?) {
    line = LineEditor(text)
    self.team = team
  }

  package var selectedHit: SearchHit? {
    guard let hits, hits.indices.contains(selected) else { return nil }
    return hits[selected]
  }

  /// Whether the hits are those of what is typed.
  package var isAnswered: Bool { hits != nil && !isLoading && asked == line.text.trimmingSpaces }

  /// The query to send; `nil` when there is nothing to look for.
  package mutating func ask() -> SearchQuery? {
    let words = line.text.trimmingSpaces
    guard !words.isEmpty else { return nil }
    (asked, hits, isLoading, selected) = (words, nil, true, 0)
    return SearchQuery(text: words, team: team, limit: Self.limit)
  }

  /// Answers to what was asked before are let go.
  package mutating func take(_ found: [SearchHit], for query: SearchQuery) {
    guard query.text == asked else { return }
    (hits, isLoading) = (found, false)
  }

  package mutating func fail() {
    isLoading = false
    asked = ""
  }

  package mutating func move(by distance: Int) {
    selected = min(max(0, selected + distance), max(0, (hits?.count ?? 0) - 1))
  }

  /// The words to mark in what was found: without quotes, `or` and what is left out.
  package var marks: [String] {
    asked.split(separator: " ").filter { !$0.hasPrefix("-") && $0.lowercased() != "or" }
      .map { $0.filter { $0 != "\"" } }.filter { !$0.isEmpty }
  }
}
