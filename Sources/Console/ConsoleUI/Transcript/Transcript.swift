package import ControlModel
package import TerminalCore

/// One session's history as it is being read: the loaded part, the place in it, and what the screen shows of it.
///
/// The place is a `seq` and a line of its item, never a number of lines from an end, so nothing that arrives moves it.
package struct Transcript: Sendable {
  package let session: SessionID
  package private(set) var window = TranscriptWindow()
  /// The highest number that the store is known to have.
  package private(set) var total: Int64
  /// The item that commands act on.
  package private(set) var cursor: Int64 = 0
  package private(set) var isFollowing = true
  /// What `total` was when following ended; what came since is announced.
  private var totalWhenUnfollowed: Int64 = 0
  private var top = Place(seq: 0, line: 0)
  private var opened: Set<Int64> = []
  private var opensAll = false
  package var search = ""
  /// Shown where rows will come.
  package private(set) var loading: LoadingPlace?
  /// Where to go once the entries around it are there.
  private var destination: Int64?
  /// What `total` was, and where the window began, when the store had nothing more to give: asking again would go on
  /// for ever.
  private var dryTotal: Int64 = -1
  private var dryFirst: Int64 = -1

  package private(set) var rows: [TranscriptRow] = []
  private var typesetter: TranscriptTypesetter
  private var height: Int
  private var cache: [Int64: [TranscriptRow]] = [:]

  package enum LoadingPlace: Sendable, Hashable {
    case all, before, after
  }

  private struct Place: Sendable, Hashable {
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

  // MARK: Moving

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

  private mutating func place(cursorAt seq: Int64) {
    cursor = seq
    guard !isVisibleWhole(seq) else { return arrange() }
    // A third from the top: what led there can be seen as well.
    top = Place(seq: seq, line: 0)
    scroll(by: -height / 3)
    if !rows.contains(where: { $0.seq == seq }) { top = Place(seq: seq, line: 0) }
    arrange()
  }

  private mutating func unfollow() {
    guard isFollowing else { return }
    isFollowing = false
    totalWhenUnfollowed = total
  }

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

  // MARK: Arranging rows on the screen

  package mutating func resize(to size: Size, localTime: LocalTime) {
    if size.columns != typesetter.width {
      typesetter = TranscriptTypesetter(width: size.columns, localTime: localTime)
      cache.removeAll(keepingCapacity: true)
    }
    height = max(1, size.rows)
    arrange()
  }

  private mutating func rows(at index: Int) -> [TranscriptRow] {
    let item = window.items[index]
    if let cached = cache[item.seq] { return cached }
    if cache.count > 600 { cache.removeAll(keepingCapacity: true) }
    let made = typesetter.rows(of: item, isOpen: isOpen(item))
    cache[item.seq] = made
    return made
  }

  package mutating func arrange() {
    guard !window.isEmpty else {
      rows = []
      return
    }
    if isFollowing {
      cursor = window.items[window.items.count - 1].seq
      fillFromEnd()
    } else {
      fill()
    }
  }

  private mutating func fillFromEnd() {
    var collected: [TranscriptRow] = []
    var index = window.items.count
    while index > 0, collected.count < height {
      index -= 1
      collected = rows(at: index) + collected
    }
    let surplus = max(0, collected.count - height)
    top = Place(seq: window.items[index].seq, line: surplus)
    rows = Array(collected.dropFirst(surplus))
  }

  private mutating func fill() {
    var index = window.position(of: top.seq)
    if window.items[index].seq != top.seq { top = Place(seq: window.items[index].seq, line: 0) }
    var collected = Array(rows(at: index).dropFirst(top.line))
    while collected.count < height, index + 1 < window.items.count {
      index += 1
      collected += rows(at: index)
    }
    rows = Array(collected.prefix(height))
    // At the end there is no empty space below while there are rows above.
    if rows.count < height, window.position(of: top.seq) > 0 || top.line > 0 { fillFromEnd() }
  }

  private mutating func scroll(by lines: Int) {
    var index = window.position(of: top.seq)
    var line = top.line + lines
    while line < 0, index > 0 {
      index -= 1
      line += rows(at: index).count
    }
    while line >= rows(at: index).count, index + 1 < window.items.count {
      line -= rows(at: index).count
      index += 1
    }
    top = Place(seq: window.items[index].seq, line: min(max(0, line), rows(at: index).count - 1))
    fill()
  }

  /// Scrolls as little as shows the item, its beginning if it is too long.
  private mutating func reveal(_ seq: Int64) {
    arrange()
    guard !isFollowing, !isVisibleWhole(seq) else { return }
    let index = window.position(of: seq)
    let isAbove = seq < top.seq || (seq == top.seq && top.line > 0)
    let count = rows(at: index).count
    if isAbove || count >= height {
      top = Place(seq: seq, line: 0)
    } else {
      top = Place(seq: seq, line: 0)
      return scroll(by: count - height)
    }
    fill()
  }

  private mutating func isVisibleWhole(_ seq: Int64) -> Bool {
    rows.count { $0.seq == seq } == rows(at: window.position(of: seq)).count
  }

  /// Lines of an item that are below the screen.
  private mutating func linesBelow(_ seq: Int64) -> Int {
    let above = top.seq == seq ? top.line : 0
    return rows(at: window.position(of: seq)).count - above - rows.count { $0.seq == seq }
  }
}
