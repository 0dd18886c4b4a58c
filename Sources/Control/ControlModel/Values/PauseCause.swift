/// Why an agent is paused: who paused it lifts it again, and nobody else's pause. The raw values stand in journals.
package enum PauseCause: String, Sendable, Hashable, CaseIterable {
  /// The session's journal has reached a bound; its runner does this by itself.
  case journal
  /// The journals of its team have.
  case team
  /// The disk it writes to is nearly full, or its workspace takes more of it than it may.
  case disk

  /// An agent that is to be ended may go on for as long as that takes, to end in order.
  package var allowsOrderlyEnd: Bool { self != .disk }
}

extension [PauseCause: String] {
  /// One phrase, in an order that does not change.
  package var phrase: String {
    PauseCause.allCases.compactMap { self[$0] }.joined(separator: "; ")
  }

  /// Causes that a later version knows are left out.
  package init(json: JSONObject) {
    self.init()
    for cause in PauseCause.allCases { self[cause] = json[cause.rawValue]?.stringValue }
  }

  package var json: JSONObject {
    var object = JSONObject()
    for cause in PauseCause.allCases { object[cause.rawValue] = self[cause].map(JSONValue.string) }
    return object
  }
}
