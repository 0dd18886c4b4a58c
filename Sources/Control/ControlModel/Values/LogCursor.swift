/// How far a log is recorded, so that a reader that begins again takes in each line once: a log can only be asked for
/// from a time on, several lines may bear the same time, and two writers of one log may pass each other by.
package struct LogCursor: Sendable, Hashable {
  struct Mark: Sendable, Hashable {
    var time: Timestamp
    var fingerprint: UInt64
  }

  /// Microseconds by which a line may come behind one with a later time.
  static let window: Int64 = 100_000
  static let maximumMarks = 2_000

  package let source: LogSource
  /// The latest time of a recorded line.
  package private(set) var latest: Timestamp?
  /// Whatever is older is recorded; of what is not, `marks` tells.
  package private(set) var floor: Timestamp?
  private(set) var marks: [Mark] = []
  /// The whole log is recorded.
  package var isComplete = false

  package init(_ source: LogSource) { self.source = source }

  /// What to ask for: the node counts whole seconds.
  package var start: Timestamp? { floor.map { Timestamp(microseconds: $0.microseconds - 1_000_000) } }

  package mutating func take(_ line: LogLineBytes) {
    latest = latest.map { max($0, line.time) } ?? line.time
    marks.append(Mark(line))
    if marks.count % 64 == 0 || marks.count > Self.maximumMarks { trim() }
  }

  /// For storing: nothing that no reader needs.
  package mutating func trim() {
    guard let latest else { return }
    var edge = Timestamp(microseconds: latest.microseconds - Self.window)
    let times = marks.map(\.time).filter { $0 >= edge }.sorted()
    if times.count > Self.maximumMarks { edge = times[times.count - Self.maximumMarks / 2] }
    floor = floor.map { max($0, edge) } ?? edge
    marks.removeAll { mark in floor.map { mark.time < $0 } ?? false }
  }
}

/// A line of a log without its end, and when it was written.
package struct LogLineBytes: Sendable, Hashable {
  package var time: Timestamp
  package var bytes: [UInt8]

  package init(time: Timestamp, bytes: [UInt8]) {
    self.time = time
    self.bytes = bytes
  }
}

/// One reading of a log from a cursor on: tells what is new of it.
package struct LogReplay: Sendable {
  private let latest: Timestamp?
  private let floor: Timestamp
  private var known: [LogCursor.Mark: Int]
  private var hasMetKnown = false
  /// The first line that was new came before any that is recorded: between the two the node may have thrown lines away.
  package private(set) var hasGap = false

  package init(_ cursor: LogCursor) {
    latest = cursor.latest
    floor = cursor.floor ?? Timestamp(microseconds: .min)
    known = Dictionary(cursor.marks.map { ($0, 1) }, uniquingKeysWith: +)
  }

  package mutating func isNew(_ line: LogLineBytes) -> Bool {
    guard let latest else { return true }
    let isKnown = isKnown(line, upTo: latest)
    if !isKnown, !hasMetKnown { hasGap = true }
    hasMetKnown = true
    return !isKnown
  }

  private mutating func isKnown(_ line: LogLineBytes, upTo latest: Timestamp) -> Bool {
    if line.time < floor { return true }
    let mark = LogCursor.Mark(line)
    guard line.time <= latest, let count = known[mark], count > 0 else { return false }
    known[mark] = count - 1
    return true
  }
}

extension LogCursor.Mark {
  /// FNV-1a: what is stored by one version must mean the same to the next.
  init(_ line: LogLineBytes) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in line.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    self.init(time: line.time, fingerprint: hash)
  }
}

extension LogCursor {
  package var json: JSONObject {
    var cursor = self
    cursor.trim()
    var object: JSONObject = [
      "pod": .string(source.podUID), "container": .string(source.container), "restarts": JSONValue(source.restarts),
    ]
    object["latest"] = cursor.latest.map { JSONValue($0.microseconds) }
    object["floor"] = cursor.floor.map { JSONValue($0.microseconds) }
    object["marks"] = .array(cursor.marks.map { .string("\($0.time.microseconds) \($0.fingerprint)") })
    object["complete"] = cursor.isComplete ? true : nil
    return object
  }

  package init(json: JSONObject) {
    self.init(
      LogSource(
        podUID: json["pod"]?.stringValue ?? "", container: json["container"]?.stringValue ?? "",
        restarts: json["restarts"]?.integerValue ?? 0))
    latest = json["latest"]?.integerValue.map(Timestamp.init(microseconds:))
    floor = json["floor"]?.integerValue.map(Timestamp.init(microseconds:))
    isComplete = json["complete"]?.boolValue ?? false
    marks = (json["marks"]?.arrayValue ?? []).suffix(Self.maximumMarks).compactMap { mark in
      let words = (mark.stringValue ?? "").split(separator: " ")
      guard words.count == 2, let time = Int64(words[0]), let fingerprint = UInt64(words[1]) else { return nil }
      return Mark(time: Timestamp(microseconds: time), fingerprint: fingerprint)
    }
  }
}
