import ControlModel

/// Tool calls without a result, so that a result knows its tool and how long it took. A call that is not followed, because
/// too many are open or its id is none, has neither.
struct OpenCalls: Sendable {
  private var calls = NewestEntries<String, Call>(limit: ClaimLimit.openCalls)

  struct Call: Sendable {
    var name: String?
    var since: Timestamp
  }

  var isEmpty: Bool { calls.isEmpty }
  subscript(_ id: String) -> Call? { calls[id] }

  mutating func begin(_ id: String, name: String?, at time: Timestamp) {
    guard id.utf8.count <= ClaimLimit.id else { return }
    calls[id] = Call(name: name?.bounded(toBytes: ClaimLimit.id), since: time)
  }

  /// The tool's name and how long it took; `nil` for a result without a call.
  mutating func end(_ id: String, at time: Timestamp) -> (name: String?, duration: Milliseconds)? {
    calls.removeValue(forKey: id).map { ($0.name, Milliseconds(seconds: time.seconds(since: $0.since))) }
  }

  mutating func forget() { calls.removeAll() }
}
