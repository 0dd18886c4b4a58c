package import ControlModel

/// The raw log of one session's sandbox, on the whole screen. What is far back is forgotten.
package struct LogView: Sendable, Hashable {
  package static let capacity = 10_000

  package struct Line: Sendable, Hashable {
    package let time: Timestamp?
    package let text: CleanText
  }

  package let session: SessionID
  package let title: String
  /// Tells the lines of this view from those of one that was closed.
  package let number: Int
  package private(set) var lines: [Line] = []
  /// Below the view while it does not follow.
  package private(set) var top = 0
  package var isFollowing = true
  package var showsTimes = false
  /// Why nothing more comes; `nil` while the log is followed.
  package var end: CleanText?
  package private(set) var isOpen = false

  package init(_ session: Session, number: Int) {
    self.session = session.id
    title = session.title
    self.number = number
  }

  package mutating func take(_ new: [LogLine], page: Int) {
    isOpen = true
    // A line of a log can be of any length; no screen shows more of it.
    lines += new.suffix(Self.capacity).map { line in
      Line(time: line.time, text: CleanText(untrusted: String(line.text.prefix(2000)).bounded(toBytes: 8000)))
    }
    let surplus = max(0, lines.count - Self.capacity)
    lines.removeFirst(surplus)
    top = isFollowing ? max(0, lines.count - page) : max(0, top - surplus)
  }

  package mutating func scroll(to line: Int, page: Int) {
    let last = max(0, lines.count - page)
    top = min(max(0, line), last)
    isFollowing = top == last && line >= last
  }
}
