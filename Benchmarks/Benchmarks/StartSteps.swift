import ControlModel

/// The steps of one start, each as long as it took.
struct StartSteps: Sendable {
  enum Step: String, CaseIterable, Sendable {
    case decision = "the operation until its object is written"
    case controller = "the controller"
    case node = "scheduler and kubelet, until the container is told to run"
    case adoption = "its sandbox until that is the session's"
    case handover = "until the runner has taken its session"
    case record = "until its first event is in Postgres"
    case answer = "until the agent's first answer is there"

    /// The controller here is a stand-in, and the answer is the agent's.
    var isOurs: Bool { ![.controller, .node, .answer].contains(self) }
  }

  private var last: Timestamp
  private(set) var times: [Step: Duration] = [:]

  init(begin: Timestamp) { last = begin }

  /// One that was over before the last one was takes no time: a client is told of things a moment after they are so.
  mutating func add(_ step: Step, until time: Timestamp) {
    times[step] = max(.zero, time.duration(since: last))
    last = max(last, time)
  }

  /// Until the first event is recorded.
  var whole: Duration { times.filter { $0.key != .answer }.values.reduce(.zero, +) }
  var own: Duration { times.filter { $0.key.isOurs }.values.reduce(.zero, +) }

  static func findings(
    _ kind: String, _ all: [StartSteps], goal: Duration, floors: [(name: String, times: [Duration])]
  ) -> [Finding] {
    let own = all.map(\.own)
    let verdict = own.percentile(0.5) <= goal ? "met" : "missed"
    let whole = all.map(\.whole).percentile(0.5)
    let beside = floors.enumerated().map { index, floor in
      let median = floor.times.percentile(0.5)
      return Finding(
        index == 0 ? "the whole of it, until its first event is in Postgres" : "the same", Figure.duration(whole),
        peer: "\(floor.name): \(Figure.duration(median))", ratio: "\(Figure.fixed(whole / median, 1))×")
    }
    return [
      Finding(
        "\(kind) start, our own share, median of \(all.count)", Figure.duration(own.percentile(0.5)),
        peer: spread(own), goal: "≤ \(Figure.duration(goal)): \(verdict)")
    ] + beside
      + Step.allCases.compactMap { step in
        let times = all.compactMap { $0.times[step] }
        if times.isEmpty { return nil }
        return Finding(
          "– \(step.rawValue)" + (step.isOurs ? "" : " (not ours)"), Figure.duration(times.percentile(0.5)),
          peer: spread(times))
      }
  }

  private static func spread(_ times: [Duration]) -> String {
    "p95: \(Figure.duration(times.percentile(0.95))), most: \(Figure.duration(times.percentile(1)))"
  }
}
