/// How many of one session's things are followed at a time, and how long a name of one may be. What is beyond stands in the
/// events all the same; docs/limits.md says what each bound means.
package enum ClaimLimit {
  /// Approvals that wait for an answer: more than anybody answers. A further one is denied by the runner, with a sentence.
  package static let openApprovals = 256
  /// Bytes of the requests that wait, which are kept whole: twice the longest line of a runtime.
  package static let openApprovalBytes = 32 << 20
  /// Tool calls that wait for their result. Agents have ten or so at a time.
  package static let openCalls = 1_024
  /// Threads of sub-agents whose running totals are known.
  package static let threads = 256
  /// Requests of operators that are known again when they are repeated. Only the last are ever repeated: a session's
  /// requests are carried out in their order.
  package static let requests = 4_096
  /// Messages without an answer, and their bytes: as much as a process may leave unread on its input.
  package static let unansweredMessages = 1_000
  package static let unansweredBytes = 8 << 20
  /// Events that one record becomes; what is beyond is told in one more.
  package static let blocks = 1_000
  /// Bytes of a record that stand with its events; where they would be more, the first event alone has it.
  package static let repeatedRecord = 1 << 20
  /// Questions of one request that can be answered.
  package static let questions = 100
  /// Bytes of an id that an agent gives to a call, a message, a conversation. Theirs have up to 64.
  package static let id = 512
}

extension [EventDraft] {
  /// With the record that they were read from. A record of many blocks would else be kept as often as it is long.
  package func bearing(raw: [UInt8]) -> [EventDraft] {
    let isSmall = count <= ClaimLimit.repeatedRecord / Swift.max(1, raw.count)
    return enumerated().map { index, draft in
      guard isSmall || index == 0 else { return draft }
      var draft = draft
      draft.raw = raw
      return draft
    }
  }
}

extension String {
  /// The first line that says something, short enough for a list: a character can be as long as a text, so that bytes
  /// have a bound as well.
  package var firstWords: String { firstWords(within: 160) }

  package func firstWords(within most: Int) -> String {
    let start = bounded(toBytes: 8_192)
    let line = start.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return String(line.prefix(most)).bounded(toBytes: 4 * most)
  }

  /// As much of its beginning as fits, in whole scalars.
  package func bounded(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = utf8.index(startIndex, offsetBy: max(0, limit))
    while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(unicodeScalars[..<end])
  }
}
