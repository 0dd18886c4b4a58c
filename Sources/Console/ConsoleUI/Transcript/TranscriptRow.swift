package import ConsoleConfig

/// Text in one role of the theme.
package struct Span: Sendable, Hashable {
  package var text: CleanText
  package var role: Role

  package init(_ text: CleanText, _ role: Role) {
    self.text = text
    self.role = role
  }
}

/// One line of the transcript's body, ready to be drawn.
package struct TranscriptRow: Sendable, Hashable {
  /// The item it belongs to.
  package var seq: Int64
  /// The time of day on an item's first row.
  package var time: CleanText?
  package var spans: [Span]
  /// At the right edge.
  package var trailing: [Span]
  /// Whether this is where an approval waits for its answer: the keys for it are shown there.
  package var awaitsAnswer = false

  package init(seq: Int64, time: CleanText? = nil, spans: [Span], trailing: [Span] = []) {
    self.seq = seq
    self.time = time
    self.spans = spans
    self.trailing = trailing
  }
}
