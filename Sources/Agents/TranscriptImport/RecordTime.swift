import ControlModel

/// The time of a record, however its writer spells it: RFC 3339, or a number of seconds, milli- or microseconds.
enum RecordTime {
  static func of(_ object: JSONObject) -> Timestamp? {
    for name in ["timestamp", "ts", "time", "created_at", "createdAt", "startTime"] {
      if let value = object[name], let time = read(value) { return time }
    }
    return nil
  }

  static func read(_ value: JSONValue?) -> Timestamp? {
    switch value {
    case .string(let text): return Timestamp(text)
    case .number: return value?.doubleValue.flatMap(read)
    case .object(let object): return read(object["created"] ?? object["start"])
    default: return nil
    }
  }

  /// The unit shows in the size: no transcript is older than 1990 or younger than 2100.
  private static func read(_ number: Double) -> Timestamp? {
    for scale in [1_000_000.0, 1000, 1] {
      let microseconds = number * scale
      if (6.3e14..<4.2e15).contains(microseconds) { return Timestamp(microseconds: Int64(microseconds)) }
    }
    return nil
  }
}
