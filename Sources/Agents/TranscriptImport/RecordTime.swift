import ControlModel

/// The time of a record, however its writer spells it: RFC 3339, or a number of seconds, milli- or microseconds. What is
/// none, such as February 30, is said.
struct RecordTime {
  var time: Timestamp?
  var disbelief = Disbelief()

  static let untold = RecordTime()

  static func of(_ object: JSONObject) -> RecordTime {
    ["timestamp", "ts", "time", "created_at", "createdAt", "startTime"].reduce(.untold) { found, name in
      found.time == nil ? found.orElse(read(object[name])) : found
    }
  }

  static func read(_ value: JSONValue?) -> RecordTime {
    switch value {
    case .string(let text) where !text.isEmpty: return RecordTime(Timestamp(text), claim: text)
    case .number(let text):
      guard let number = value?.doubleValue else { return .untold }
      // What is small counts or measures something else: the place in a list, seconds since the start.
      return (0..<1e8).contains(number) ? .untold : RecordTime(moment(number), claim: text)
    case .object(let object): return read(object["created"] ?? object["start"])
    default: return .untold
    }
  }

  func orElse(_ other: RecordTime) -> RecordTime {
    guard time == nil else { return self }
    var (all, result) = (disbelief, other)
    all.note(other.disbelief)
    result.disbelief = all
    return result
  }

  /// The unit shows in the size: no transcript is older than 1990 or younger than 2100.
  private static func moment(_ number: Double) -> Timestamp? {
    for scale in [1_000_000.0, 1000, 1] {
      let microseconds = number * scale
      if (6.3e14..<4.2e15).contains(microseconds) { return Timestamp(microseconds: Int64(microseconds)) }
    }
    return nil
  }
}

extension RecordTime {
  /// One further than anybody believes is none, either.
  private init(_ time: Timestamp?, claim: String) {
    if let time {
      self.time = disbelief.take("time", time) == time ? time : nil
    } else {
      disbelief.note("time", claim)
    }
  }
}
