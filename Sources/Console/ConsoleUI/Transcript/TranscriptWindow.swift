import ControlModel

/// The part of a session's history that is in memory: an unbroken run of `seq`, bounded in number and in bytes however
/// long the session is.
package struct TranscriptWindow: Sendable {
  package static let maximumEntries: Int64 = 3000
  package static let maximumWeight = 16 << 20

  package private(set) var items: [TranscriptItem] = []
  /// The first and last number loaded, whatever items they became part of; 0 when nothing is.
  package private(set) var first: Int64 = 0
  package private(set) var last: Int64 = 0
  private var calls: [String: Int64] = [:]
  private var requests: [String: Int64] = [:]
  /// Results in the window whose calls were forgotten, for when the calls come back.
  private(set) var orphans: [String: TranscriptEntry] = [:]
  private var openEnds = OpenEnds(most: Int(maximumEntries))
  private var weights: [Int64: Int] = [:]
  private var weight = 0

  package init() {}

  package var isEmpty: Bool { items.isEmpty }

  /// The item that shows an event, or the nearest one before it.
  package func index(of seq: Int64) -> Int? {
    guard !items.isEmpty else { return nil }
    if let whole = items.firstIndex(where: { $0.contains(seq) && $0.seq != seq }) { return whole }
    return max(0, partition(above: seq) - 1)
  }

  /// The item that starts with this number or the nearest before; cheaper than `index(of:)`.
  package func position(of seq: Int64) -> Int { max(0, min(partition(above: seq) - 1, items.count - 1)) }

  private func partition(above seq: Int64) -> Int {
    var low = 0
    var high = items.count
    while low < high {
      let middle = (low + high) / 2
      if items[middle].seq <= seq { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Taking in

  /// Takes in entries that follow the window; returns the numbers of the items that changed. A gap starts over.
  package mutating func append(_ entries: [TranscriptEntry]) -> [Int64] {
    var changed: [Int64] = []
    for entry in entries where entry.seq > last {
      if last != 0, entry.seq != last + 1 { self = TranscriptWindow() }
      if first == 0 { first = entry.seq }
      last = entry.seq
      changed += close(with: entry) + [take(entry)]
    }
    return changed
  }

  /// Takes in entries that come before the window.
  package mutating func prepend(_ entries: [TranscriptEntry]) {
    let older = entries.filter { first == 0 || $0.seq < first }
    guard let newest = older.last, first == 0 || newest.seq == first - 1 else { return }
    let later = self
    self = TranscriptWindow()
    orphans = later.orphans
    _ = append(older)
    for item in later.items {
      for part in [item.entry, item.result, item.decision].compactMap({ $0 }) { _ = take(part) }
    }
    items.sort { $0.seq < $1.seq }
    closeAnew()
    last = max(last, later.last)
  }

  /// Marks what ends unanswered with this entry; the numbers of the items that changed.
  private mutating func close(with entry: TranscriptEntry) -> [Int64] {
    let ended = openEnds.ended(by: entry.event.content)
    openEnds.take(entry.event)
    for end in ended?.entries ?? [] { setEnded(end.seq, ended?.cause) }
    return ended?.entries.map(\.seq) ?? []
  }

  /// Across the seam, what the older entries left open is ended by later ones.
  private mutating func closeAnew() {
    openEnds = OpenEnds(most: Int(Self.maximumEntries))
    let parts = items.flatMap { [$0.entry, $0.result, $0.decision].compactMap(\.self) }
    for index in items.indices { items[index].ended = nil }
    for part in parts.sorted(by: { $0.seq < $1.seq }) { _ = close(with: part) }
  }

  private mutating func setEnded(_ seq: Int64, _ cause: OpenEnds.Cause?) {
    if let index = exactIndex(seq) { items[index].ended = cause }
  }

  private mutating func take(_ entry: TranscriptEntry) -> Int64 {
    let owner = join(entry) ?? entry.seq
    weight += entry.weight
    weights[owner, default: 0] += entry.weight
    return owner
  }

  /// Puts a result with its call and a decision with its request; everything else becomes an item of its own.
  private mutating func join(_ entry: TranscriptEntry) -> Int64? {
    let call = entry.event.content.callID
    switch entry.kind {
    case .toolResult:
      if let call, let owner = calls[call], let index = exactIndex(owner) {
        items[index].result = entry
        return owner
      }
    case .approvalDecision:
      if let call, let owner = requests[call], let index = exactIndex(owner) {
        items[index].decision = entry
        return owner
      }
    case .toolCall:
      if let call { calls[call] = entry.seq }
      items.append(TranscriptItem(entry))
      if let call, let result = orphans.removeValue(forKey: call) { items[items.count - 1].result = result }
      return nil
    case .approvalRequest: if let call { requests[call] = entry.seq }
    // It stays with the item before it, and in the raw history.
    case .lifecycle where entry.event.content.isBookkeeping: if let item = items.last { return item.seq }
    default: break
    }
    items.append(TranscriptItem(entry))
    return nil
  }

  private func exactIndex(_ seq: Int64) -> Int? {
    let index = partition(above: seq) - 1
    return items.indices.contains(index) && items[index].seq == seq ? index : nil
  }

  // MARK: Staying small

  private var isTooLarge: Bool { last - first >= Self.maximumEntries || weight > Self.maximumWeight }

  /// Forgets items from the start, never `seq` or what follows it.
  package mutating func trimStart(keeping seq: Int64) {
    var count = 0
    while isTooLarge, count < items.count - 1, items[count].seq < seq {
      forget(items[count])
      if let call = items[count].callID, let result = items[count].result { orphans[call] = result }
      count += 1
      first = items[count].seq
    }
    items.removeFirst(count)
    // Those before the window come back with their calls.
    if count > 0 { orphans = orphans.filter { $0.value.seq >= first } }
  }

  /// Forgets items from the end, never `seq` or what comes before it.
  package mutating func trimEnd(keeping seq: Int64) {
    while isTooLarge, items.count > 1, let item = items.last, item.seq > seq {
      forget(item)
      items.removeLast()
      last = item.seq - 1
    }
  }

  private mutating func forget(_ item: TranscriptItem) {
    weight -= weights.removeValue(forKey: item.seq) ?? 0
    if let call = item.callID {
      if calls[call] == item.seq { calls[call] = nil }
      if requests[call] == item.seq { requests[call] = nil }
    }
  }
}
