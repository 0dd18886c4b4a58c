package import ControlModel
package import TerminalCore

/// Rows on the screen, from a place on or from the end back.
extension Transcript {
  package mutating func resize(to size: Size, localTime: LocalTime) {
    if size.columns != typesetter.width {
      let ended = typesetter.ended
      typesetter = TranscriptTypesetter(width: size.columns, localTime: localTime)
      typesetter.ended = ended
      cache.removeAll(keepingCapacity: true)
    }
    height = max(1, size.rows)
    arrange()
  }

  /// What the session's state says of all that is open.
  package mutating func setEnded(_ cause: OpenEnds.Cause?) {
    guard typesetter.ended != cause else { return }
    typesetter.ended = cause
    cache.removeAll(keepingCapacity: true)
    arrange()
  }

  /// None where nothing is loaded: commands may come before the first entries do.
  mutating func rows(at index: Int) -> [TranscriptRow] {
    guard window.items.indices.contains(index) else { return [] }
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

  mutating func fillFromEnd() {
    guard !window.isEmpty else { return rows = [] }
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

  mutating func fill() {
    guard !window.isEmpty else { return rows = [] }
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

  mutating func scroll(by lines: Int) {
    guard !window.isEmpty else { return }
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
    top = Place(seq: window.items[index].seq, line: max(0, min(line, rows(at: index).count - 1)))
    fill()
  }

  /// Scrolls as little as shows the item, its beginning if it is too long.
  mutating func reveal(_ seq: Int64) {
    arrange()
    guard !isFollowing, !window.isEmpty, !isVisibleWhole(seq) else { return }
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

  mutating func isVisibleWhole(_ seq: Int64) -> Bool {
    rows.count { $0.seq == seq } == rows(at: window.position(of: seq)).count
  }

  /// Lines of an item that are below the screen.
  mutating func linesBelow(_ seq: Int64) -> Int {
    let above = top.seq == seq ? top.line : 0
    return rows(at: window.position(of: seq)).count - above - rows.count { $0.seq == seq }
  }
}
