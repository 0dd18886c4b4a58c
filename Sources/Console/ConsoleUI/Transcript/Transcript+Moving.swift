package import ControlModel

/// Going about in a history; what is not loaded is asked for.
extension Transcript {
  package mutating func follow(_ follows: Bool) -> [ConsoleEffect] {
    if isFollowing, !follows { totalWhenUnfollowed = total }
    isFollowing = follows
    guard follows else { return [] }
    search = ""
    if window.last < total, loading == nil {
      loading = .all
      arrange()
      return [.loadEntries(session, .last, limit: Self.page)]
    }
    arrange()
    return []
  }

  package mutating func moveDown() -> [ConsoleEffect] {
    let index = window.position(of: cursor)
    guard !window.isEmpty else { return [] }
    if rows.last?.seq == cursor, linesBelow(cursor) > 0 {
      scroll(by: 1)
    } else if index + 1 < window.items.count {
      unfollow()
      cursor = window.items[index + 1].seq
      reveal(cursor)
    }
    return loadAround()
  }

  package mutating func moveUp() -> [ConsoleEffect] {
    let index = window.position(of: cursor)
    guard !window.isEmpty else { return [] }
    unfollow()
    if top.seq == cursor, top.line > 0 {
      scroll(by: -1)
    } else if index > 0 {
      cursor = window.items[index - 1].seq
      reveal(cursor)
    }
    return loadAround()
  }

  package mutating func page(_ direction: Int) -> [ConsoleEffect] {
    guard !window.isEmpty else { return [] }
    if isFollowing, direction > 0 { return [] }
    unfollow()
    scroll(by: direction * max(1, height - 2))
    let shown = rows.map(\.seq)
    if let first = shown.first, let last = shown.last, !(first...last).contains(cursor) || direction != 0 {
      cursor = direction > 0 ? last : first
    }
    return loadAround()
  }

  package mutating func goToFirst() -> [ConsoleEffect] { go(to: 1) }
  package mutating func goToLast() -> [ConsoleEffect] { follow(true) }

  /// Shows an event, wherever it is.
  package mutating func go(to seq: Int64) -> [ConsoleEffect] {
    let wanted = min(max(1, seq), max(1, total))
    unfollow()
    if !window.isEmpty, (window.first...window.last).contains(wanted), let index = window.index(of: wanted) {
      place(cursorAt: window.items[index].seq)
      return loadAround()
    }
    destination = wanted
    loading = .all
    rows = []
    return [.loadEntries(session, .after(max(0, wanted - 100)), limit: Self.page)]
  }

  /// The next item of a kind, in what is loaded; `nil` when it must be searched for in the store.
  package func loadedSeq(_ direction: SearchDirection, where matches: (TranscriptItem) -> Bool) -> Int64? {
    guard !window.isEmpty else { return nil }
    let here = window.position(of: cursor)
    let found =
      direction == .forward
      ? window.items[(here + 1)...].first(where: matches) : window.items[..<here].last(where: matches)
    return found?.seq
  }

  /// Where a search beyond what is loaded starts.
  package func edge(_ direction: SearchDirection) -> Int64 { direction == .forward ? window.last : window.first }

  mutating func place(cursorAt seq: Int64) {
    guard !window.isEmpty else { return }
    cursor = seq
    guard !isVisibleWhole(seq) else { return arrange() }
    // A third from the top: what led there can be seen as well.
    top = Place(seq: seq, line: 0)
    scroll(by: -height / 3)
    if !rows.contains(where: { $0.seq == seq }) { top = Place(seq: seq, line: 0) }
    arrange()
  }

  mutating func unfollow() {
    guard isFollowing else { return }
    isFollowing = false
    totalWhenUnfollowed = total
  }
}
