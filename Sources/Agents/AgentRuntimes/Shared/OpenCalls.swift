import ControlModel

/// Tool calls without a result, so that a result knows its tool and how long it took.
struct OpenCalls: Sendable {
  private var calls: [String: (name: String?, since: Timestamp)] = [:]

  mutating func begin(_ id: String, name: String?, at time: Timestamp) {
    calls[id] = (name, time)
  }

  /// The tool's name and how long it took; `nil` for a result without a call.
  mutating func end(_ id: String, at time: Timestamp) -> (name: String?, duration: Milliseconds)? {
    calls.removeValue(forKey: id).map { ($0.name, Milliseconds(seconds: time.seconds(since: $0.since))) }
  }

  mutating func forget() {
    calls = [:]
  }
}
