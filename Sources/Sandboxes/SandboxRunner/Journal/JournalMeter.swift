import ControlModel

/// What a journal's bounds say of its growth: a pure account of what is appended.
struct JournalMeter: Sendable {
  private(set) var bounds: JournalBounds
  private var eventRate: TokenBucket?
  private var byteRate: TokenBucket?
  private var events: Int64
  private(set) var bytes: Int64

  /// `events`, `bytes`: what it holds already.
  init(_ bounds: JournalBounds, events: Int64, bytes: Int64, at now: Double) {
    self.bounds = bounds
    (self.events, self.bytes) = (events, bytes)
    eventRate = bounds.eventsPerMinute.map { TokenBucket(perMinute: $0.number, at: now) }
    byteRate = bounds.bytesPerMinute.map { TokenBucket(perMinute: $0.number, at: now) }
  }

  mutating func note(bytes count: Int, at now: Double) {
    events += 1
    bytes += Int64(count)
    eventRate?.take(1, at: now)
    byteRate?.take(Double(count), at: now)
  }

  mutating func setBounds(_ bounds: JournalBounds, at now: Double) {
    Self.set(&eventRate, bounds.eventsPerMinute?.number, now)
    Self.set(&byteRate, bounds.bytesPerMinute?.number, now)
    self.bounds = bounds
  }

  private static func set(_ bucket: inout TokenBucket?, _ perMinute: Double?, _ now: Double) {
    guard let perMinute else { return bucket = nil }
    if bucket == nil { bucket = TokenBucket(perMinute: perMinute, at: now) }
    bucket?.setRate(perMinute: perMinute, at: now)
  }

  /// Seconds for which nothing more should be read.
  mutating func wait(at now: Double) -> Double {
    max(eventRate?.wait(at: now) ?? 0, byteRate?.wait(at: now) ?? 0)
  }

  mutating func isCalm(at now: Double) -> Bool {
    (eventRate?.isCalm(at: now) ?? true) && (byteRate?.isCalm(at: now) ?? true)
  }

  /// The rate that is exceeded, as people read it.
  mutating func exceededRate(at now: Double) -> String {
    if let bound = bounds.bytesPerMinute, byteRate?.wait(at: now) ?? 0 > 0 { return "\(bound.rounded) a minute" }
    return bounds.eventsPerMinute.map { "\($0) events a minute" } ?? ""
  }

  /// Why nothing more may come to it; `nil` while something may.
  var excess: String? {
    if let bound = bounds.bytes, Double(bytes) >= bound.number {
      return SessionReason.journalBytes.told(ByteSize(steps: bytes).rounded, bound.rounded)
    }
    if let bound = bounds.events, Double(events) >= bound.number {
      return SessionReason.journalEvents.told("\(events)", "\(bound)")
    }
    return nil
  }
}

extension Amount {
  /// For an account that ends nowhere near the end of numbers.
  fileprivate var number: Double { written { Double($0) } }
}
