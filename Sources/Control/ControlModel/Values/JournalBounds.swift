/// How much may stand in a session's journal, and how fast it may grow; what is `nil` has no bound.
package struct JournalBounds: Sendable, Hashable {
  /// In all, of the whole session.
  package var events: EventCount?
  /// In all, of the journal that is on the volume.
  package var bytes: ByteSize?
  package var eventsPerMinute: EventCount?
  package var bytesPerMinute: ByteSize?

  package init(
    events: EventCount? = nil, bytes: ByteSize? = nil, eventsPerMinute: EventCount? = nil,
    bytesPerMinute: ByteSize? = nil
  ) {
    self.events = events
    self.bytes = bytes
    self.eventsPerMinute = eventsPerMinute
    self.bytesPerMinute = bytesPerMinute
  }

  /// Of agents that declare none. In 190 recorded sessions the greediest wrote 130 events and 1.1 MB in a minute, 2,557
  /// events and 3.9 MB in all: a hundredth of this, or less.
  package static let standard = JournalBounds(
    events: 5_000_000, bytes: ByteSize(steps: Int64(2) << 30), eventsPerMinute: 36_000,
    bytesPerMinute: ByteSize(steps: Int64(128) << 20))

  /// What a start, a turn and an end take, and a line of output at its longest.
  private static let leastEvents = 60.0
  private static let leastBytes = ByteSize(steps: Int64(1) << 20)

  /// Of all the sessions of a team that says nothing else: what two cores on small machines record besides everybody else's.
  package static let standardOfTeam = JournalBounds(
    eventsPerMinute: 300_000, bytesPerMinute: ByteSize(steps: Int64(1) << 30))

  /// The narrower of two rates.
  package func within(rates other: JournalBounds) -> JournalBounds {
    var bounds = self
    if let most = other.eventsPerMinute { bounds.eventsPerMinute = min(eventsPerMinute ?? most, most) }
    if let most = other.bytesPerMinute { bounds.bytesPerMinute = min(bytesPerMinute ?? most, most) }
    return bounds
  }

  /// Where nothing is said, what `other` says.
  package func orElse(_ other: JournalBounds) -> JournalBounds {
    JournalBounds(
      events: events ?? other.events, bytes: bytes ?? other.bytes,
      eventsPerMinute: eventsPerMinute ?? other.eventsPerMinute, bytesPerMinute: bytesPerMinute ?? other.bytesPerMinute)
  }
}

extension JournalBounds {
  package var json: JSONObject {
    var object = JSONObject()
    object["events"] = events.map(\.stored)
    object["bytes"] = bytes.map(\.stored)
    object["eventsPerMinute"] = eventsPerMinute.map(\.stored)
    object["bytesPerMinute"] = bytesPerMinute.map(\.stored)
    return object
  }

  /// Members that are not known, or no numbers, say nothing.
  package init(json: JSONObject) {
    self.init(
      events: EventCount(stored: json["events"]), bytes: ByteSize(stored: json["bytes"]),
      eventsPerMinute: EventCount(stored: json["eventsPerMinute"]),
      bytesPerMinute: ByteSize(stored: json["bytesPerMinute"]))
  }

  init?(_ limits: inout SpecReader) throws(ControlFailure) {
    guard var journal = try limits.object("journal") else { return nil }
    let whole = "a whole number of events, at least \(Int(Self.leastEvents)), such as 36000 or 36k"
    self.init(
      events: try journal.whole("events", whole, atLeast: Self.leastEvents),
      bytes: try journal.bytes("bytes", atLeast: Self.leastBytes),
      eventsPerMinute: try journal.whole("eventsPerMinute", whole, atLeast: Self.leastEvents),
      bytesPerMinute: try journal.bytes("bytesPerMinute", atLeast: Self.leastBytes))
    try journal.finish()
  }
}

/// What a runner says of its journal.
package struct JournalAccount: Sendable, Hashable {
  package var bytes: Count
  /// Those that hold at present.
  package var bounds: JournalBounds

  package init(bytes: Count, bounds: JournalBounds) {
    self.bytes = bytes
    self.bounds = bounds
  }
}

extension Amount where Unit == Bytes {
  /// `1.5 GiB`, rounded down to tenths, so that nothing looks full before it is.
  package var rounded: String {
    written { bytes in
      let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
      var tenths = bytes < 1024 ? bytes : bytes * 10
      var unit = bytes < 1024 ? 0 : 1
      if unit == 0 { return "\(bytes) bytes" }
      tenths /= 1024
      while tenths >= 10_240, unit < units.count - 1 {
        tenths /= 1024
        unit += 1
      }
      return tenths % 10 == 0 ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
  }
}
