package import ControlModel
package import TerminalCore

/// One session's history as it is being read: the loaded part, the place in it, and what the screen shows of it.
///
/// The place is a `seq` and a line of its item, never a number of lines from an end, so nothing that arrives moves it.
package struct Transcript: Sendable {
  package let session: SessionID
  package internal(set) var window = TranscriptWindow()
  /// The highest number that the store is known to have.
  package internal(set) var total: Int64
  /// The item that commands act on.
  package internal(set) var cursor: Int64 = 0
  package internal(set) var isFollowing = true
  /// What `total` was when following ended; what came since is announced.
  var totalWhenUnfollowed: Int64 = 0
  var top = Place(seq: 0, line: 0)
  var opened: Set<Int64> = []
  var opensAll = false
  package var search = ""
  /// Shown where rows will come.
  package internal(set) var loading: LoadingPlace?
  /// Where to go once the entries around it are there.
  var destination: Int64?
  /// What `total` was, and where the window began, when the store had nothing more to give: asking again would go on
  /// for ever.
  var dryTotal: Int64 = -1
  var dryFirst: Int64 = -1

  package internal(set) var rows: [TranscriptRow] = []
  var typesetter: TranscriptTypesetter
  var height: Int
  var cache: [Int64: [TranscriptRow]] = [:]

  package enum LoadingPlace: Sendable, Hashable {
    case all, before, after
  }

  struct Place: Sendable, Hashable {
    var seq: Int64
    var line: Int
  }

  /// Entries asked for at a time.
  package static let page = 300

  package init(session: SessionID, total: Int64, size: Size, localTime: LocalTime) {
    self.session = session
    self.total = total
    typesetter = TranscriptTypesetter(width: size.columns, localTime: localTime)
    height = max(1, size.rows)
    loading = total > 0 ? .all : nil
  }

  package var newCount: Int64 { isFollowing ? 0 : max(0, total - totalWhenUnfollowed) }
  package var cursorItem: TranscriptItem? {
    window.isEmpty ? nil : window.items[window.position(of: cursor)]
  }
  package var isAtEnd: Bool { window.last >= total }

  // MARK: Loading

  /// What to load for the first look.
  package var firstLoad: ConsoleEffect? {
    total > 0 ? .loadEntries(session, .last, limit: Self.page) : nil
  }

  package mutating func setTotal(_ newTotal: Int64) -> ConsoleEffect? {
    total = max(total, newTotal)
    guard window.last < total, total > dryTotal, loading == nil else { return nil }
    if window.isEmpty {
      loading = .all
      return firstLoad
    }
    guard isFollowing || window.last - window.first < TranscriptWindow.maximumEntries - Int64(Self.page) else {
      return nil
    }
    // Far behind, reading on would pass through all of it: start again at the end.
    if isFollowing, total - window.last > 2 * Int64(Self.page) { return .loadEntries(session, .last, limit: Self.page) }
    return .loadEntries(session, .after(window.last), limit: Self.page)
  }

  package mutating func take(_ entries: [TranscriptEntry], for asked: EventWindow, limit: Int) -> [ConsoleEffect] {
    let wasLoading = loading
    loading = nil
    total = max(total, entries.last?.seq ?? 0)
    if entries.isEmpty {
      if case .before = asked { dryFirst = window.first } else { dryTotal = total }
    }
    switch asked {
    case .before(let seq) where seq == window.first:
      window.prepend(entries)
      // What joined across the seam looks different.
      cache.removeAll(keepingCapacity: true)
      window.trimEnd(keeping: max(cursor, rows.last?.seq ?? cursor))
    case .before: break
    case .last:
      if entries.first.map({ $0.seq > window.last + 1 }) ?? false { startOver() }
      append(entries)
    case .after(let seq):
      if wasLoading == .all || seq != window.last { startOver() }
      append(entries)
    }
    settle()
    return wantsMore(after: entries.count, of: limit, asked)
  }

  private mutating func startOver() {
    window = TranscriptWindow()
    cache.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ entries: [TranscriptEntry]) {
    for seq in window.append(entries) { cache[seq] = nil }
    let first = isFollowing ? window.last : min(cursor, top.seq)
    window.trimStart(keeping: destination.map { min($0, first) } ?? first)
  }

  private mutating func settle() {
    if let destination, let index = window.index(of: destination) {
      self.destination = nil
      place(cursorAt: window.items[index].seq)
      return
    }
    if !window.isEmpty, cursor < window.first { cursor = window.items[0].seq }
    if top.seq == 0 { top = Place(seq: window.items.first?.seq ?? 0, line: 0) }
    arrange()
  }

  private mutating func wantsMore(after count: Int, of limit: Int, _ asked: EventWindow) -> [ConsoleEffect] {
    if case .after = asked, count == limit, isFollowing, window.last < total {
      return [.loadEntries(session, .after(window.last), limit: Self.page)]
    }
    return loadAround()
  }

  /// Entries before or after the screen when it has come near the end of what is loaded.
  package mutating func loadAround() -> [ConsoleEffect] {
    guard loading == nil, !window.isEmpty, let firstRow = rows.first, let lastRow = rows.last else { return [] }
    if window.first > 1, window.first != dryFirst, window.position(of: firstRow.seq) < 40 {
      loading = .before
      return [.loadEntries(session, .before(window.first), limit: Self.page)]
    }
    if window.last < total, total > dryTotal, window.items.count - window.position(of: lastRow.seq) < 40 {
      loading = .after
      return [.loadEntries(session, .after(window.last), limit: Self.page)]
    }
    return []
  }

  /// A load failed; it is asked for again by the next movement.
  package mutating func loadFailed() { loading = nil }

  // MARK: Folding

  package func isOpen(_ item: TranscriptItem) -> Bool { opensAll != opened.contains(item.seq) }

  package mutating func toggleFold() {
    guard let item = cursorItem, item.isFoldable else { return }
    if opened.remove(item.seq) == nil { opened.insert(item.seq) }
    cache[item.seq] = nil
    unfollowUnlessLast(item)
    reveal(item.seq)
  }

  /// Reading an opened result must not be disturbed by what arrives.
  private mutating func unfollowUnlessLast(_ item: TranscriptItem) {
    if isFollowing, isOpen(item) { unfollow() }
  }

  package mutating func toggleAllFolds() {
    opensAll.toggle()
    opened = []
    cache.removeAll(keepingCapacity: true)
    if isFollowing { arrange() } else { place(cursorAt: cursor) }
  }
}
