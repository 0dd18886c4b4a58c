import ControlModel

/// The events read from a file and not yet stored, by conversation.
struct ReadEvents {
  /// How good a title is; a better one replaces a worse one, a later one its equal.
  enum TitleRank: Int {
    case none, prompt, summary, generated, given
  }

  struct Conversation {
    fileprivate(set) var id: String
    fileprivate(set) var events: [ImportedEvent] = []
    fileprivate(set) var title = ""
    fileprivate(set) var titleRank = TitleRank.none
    fileprivate(set) var directory: String?
    fileprivate(set) var createdAt: Timestamp?
    fileprivate var lastTime: Timestamp?
    /// What was seen under a key that comes from the record itself: some files repeat ids.
    fileprivate var named: [ContentHash: ContentHash] = [:]
    /// How often the same bytes were seen.
    fileprivate var occurrences: [ContentHash: Int] = [:]
  }

  /// For events before the first that has a time.
  let defaultTime: Timestamp
  private(set) var conversations: [Conversation] = []
  private var places: [String: Int] = [:]
  private(set) var pendingEvents = 0
  private(set) var pendingBytes = 0

  init(defaultTime: Timestamp) {
    self.defaultTime = defaultTime
  }

  /// Adds the events of one record. `key` is the record's own id; without one its bytes name it.
  mutating func add(
    _ drafts: [EventDraft], of record: TranscriptRecord, to id: String, key: String?, at time: RecordTime
  ) {
    add(drafts, raw: record.bytes, hash: record.hash, to: id, key: key, at: time)
  }

  mutating func add(
    _ drafts: [EventDraft], raw: [UInt8], hash: ContentHash, to id: String, key: String?, at time: RecordTime
  ) {
    let place = place(of: id)
    let base = conversations[place].key(named: key, hash)
    let disbelief = time.disbelief
    // A moment that nobody believes is none: the record stands with those around it.
    let time = time.time ?? conversations[place].lastTime ?? defaultTime
    conversations[place].lastTime = time
    conversations[place].createdAt = min(time, conversations[place].createdAt ?? time)
    for (index, draft) in drafts.bearing(raw: raw).enumerated() {
      var draft = draft
      if index == 0 { draft.tell(disbelief) }
      conversations[place].events.append(ImportedEvent(key: "\(base)#\(index)", time: time, content: draft))
      pendingBytes += draft.text.utf8.count
    }
    pendingEvents += drafts.count
    pendingBytes += raw.count
  }

  /// Adds an event that no record stands for, such as the end of a turn that only the next prompt tells.
  mutating func add(_ draft: EventDraft, impliedBy key: String, to id: String) {
    let place = place(of: id)
    let time = conversations[place].lastTime ?? defaultTime
    conversations[place].events.append(ImportedEvent(key: "\(key)#implied", time: time, content: draft))
    pendingEvents += 1
  }

  mutating func note(title: String, _ rank: TitleRank, of id: String) {
    let place = place(of: id)
    let current = conversations[place].titleRank
    guard rank.rawValue >= current.rawValue, rank != .prompt || current == .none else { return }
    let line = title.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    guard !line.isEmpty else { return }
    conversations[place].title = String(String(line).bounded(toBytes: 800).prefix(200))
    conversations[place].titleRank = rank
  }

  mutating func note(directory: String?, of id: String) {
    guard let directory, !directory.isEmpty else { return }
    let place = place(of: id)
    if conversations[place].directory == nil { conversations[place].directory = directory }
  }

  /// Forgets the events, which are stored, and keeps what later ones need.
  mutating func drain() {
    for place in conversations.indices { conversations[place].events = [] }
    pendingEvents = 0
    pendingBytes = 0
  }

  private mutating func place(of claimed: String) -> Int {
    let id = Self.bounded(claimed)
    if let place = places[id] { return place }
    places[id] = conversations.count
    conversations.append(Conversation(id: id))
    return conversations.count - 1
  }

  /// No runtime's own name of a conversation is so long; the rest of one that is stands as a digest.
  private static func bounded(_ id: String) -> String {
    guard id.utf8.count > ClaimLimit.id else { return id }
    return "\(id.bounded(toBytes: ClaimLimit.id - 20))…\(ContentHash(id).text)"
  }
}

extension ReadEvents.Conversation {
  fileprivate mutating func key(named key: String?, _ hash: ContentHash) -> String {
    guard let key else {
      let count = occurrences[hash, default: 0]
      occurrences[hash] = count + 1
      return "\(hash.text)/\(count)"
    }
    let known = named.updateValue(hash, forKey: ContentHash(key))
    guard let known, known != hash else { return key }
    // Another record under the same id: both are kept. The first keeps the plain key.
    named[ContentHash(key)] = known
    return "\(key)/\(hash.text)"
  }
}
