/// Where to start reading for a number: one mark every few hundred events, so that a million events cost some ten
/// kilobytes of memory and finding one reads at most one stride.
struct JournalIndex: Sendable {
  struct Mark: Sendable, Hashable {
    var seq: Int64
    /// Of the event's first byte.
    var offset: Int64
  }

  private static let stride: Int64 = 256
  private static let strideBytes: Int64 = 1 << 20

  private(set) var marks: [Mark] = []

  mutating func note(seq: Int64, offset: Int64) {
    if let last = marks.last, seq - last.seq < Self.stride, offset - last.offset < Self.strideBytes { return }
    marks.append(Mark(seq: seq, offset: offset))
  }

  /// The last mark at or before `seq`; the first one for a number before the journal's beginning.
  func mark(for seq: Int64) -> Mark? {
    var low = 0
    var high = marks.count
    while low < high {
      let middle = (low + high) / 2
      if marks[middle].seq <= seq { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? marks[low - 1] : marks.first
  }
}
