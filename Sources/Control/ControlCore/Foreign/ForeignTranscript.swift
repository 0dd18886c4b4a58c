package import ControlModel

/// The history of a foreign sandbox as its logs tell it: which part of which log is to be read next, and what is new in
/// it. Pure; what it has made is to be recorded before it goes on.
package struct ForeignTranscript: Sendable {
  package enum Step: Sendable, Hashable {
    /// Until the pod changes.
    case wait
    case read(LogPart)
  }

  package private(set) var projection: SessionProjection
  private var transcriber: any LogTranscriber
  private var events: [Event] = []
  private var replay: LogReplay?
  private var isGapSaid = false
  /// The last reading ended in order: nothing of the log can be missing if it is gone then.
  private var hasReadAll = false
  private var podName = ""

  package init(_ projection: SessionProjection, _ transcriber: any LogTranscriber) {
    self.projection = projection
    self.transcriber = transcriber
  }

  package var runtime: RuntimeName? { transcriber.runtime }

  package mutating func replay(_ event: Event) { transcriber.replay(event) }

  /// What to read next. Beginning with another log is an event of its own.
  package mutating func next(_ pod: ForeignPod?) -> Step {
    guard let pod, pod.hasStarted else { return .wait }
    podName = pod.name
    guard let cursor = projection.log else { return open(pod) }
    if cursor.source == pod.log {
      return cursor.isComplete
        ? .wait : .read(LogPart(container: pod.container, start: cursor.start, follows: !pod.hasEnded))
    }
    if cursor.isComplete || hasReadAll { return open(pod) }
    if cursor.source.isRun(before: pod.log) {
      return .read(LogPart(container: pod.container, start: cursor.start, follows: false, isPrevious: true))
    }
    sayGap("What an earlier container wrote last may be missing: its log went with it.", at: .now())
    return open(pod)
  }

  private mutating func open(_ pod: ForeignPod) -> Step {
    projection.log = LogCursor(pod.log)
    hasReadAll = false
    let run = pod.restarts == 0 ? "" : ", restarted \(pod.restarts) times"
    add(
      EventDraft(
        .lifecycle, "The log of container '\(pod.container)' of pod '\(pod.name)' begins\(run)", name: "log.opened",
        detail: ["pod": .string(pod.name), "podUID": .string(pod.uid), "restarts": JSONValue(pod.restarts)]),
      at: .now())
    // What it does is not known until its log tells; that it runs is.
    projection.activity = .working
    return .read(LogPart(container: pod.container, follows: !pod.hasEnded))
  }

  package mutating func begin(_ part: LogPart) {
    hasReadAll = false
    isGapSaid = false
    replay = projection.log.map { LogReplay($0) }
  }

  package mutating func take(_ lines: [LogLineBytes]) {
    for line in lines {
      guard replay?.isNew(line) ?? true else { continue }
      if replay?.hasGap == true, !isGapSaid {
        sayGap("Lines before this may be missing: the node had thrown them away.", at: line.time)
        isGapSaid = true
      }
      for draft in transcriber.read(line.bytes, at: line.time) { add(draft, at: line.time) }
      projection.log?.take(line)
    }
  }

  /// The log has come to its end in order.
  package mutating func end(_ part: LogPart) {
    hasReadAll = true
    guard !part.follows else { return }
    projection.log?.isComplete = true
    add(EventDraft(.lifecycle, "The log of container '\(part.container)' ends", name: "log.ended"), at: .now())
  }

  /// What is not read of it cannot be had any more.
  package mutating func lost() {
    sayGap("What pod '\(podName)' wrote may be missing: its log is gone.", at: .now())
    projection.log?.isComplete = true
  }

  package mutating func takeBatch(of session: SessionID) -> RecordedBatch? {
    guard !events.isEmpty else { return nil }
    defer { events = [] }
    return RecordedBatch(session: session, events: events, projection: projection)
  }

  private mutating func sayGap(_ text: String, at time: Timestamp) {
    add(EventDraft(.lifecycle, text, name: "log.gap", isError: true), at: time)
  }

  private mutating func add(_ draft: EventDraft, at time: Timestamp) {
    var (draft, disbelief) = (draft, Disbelief())
    let believed = disbelief.take("time", time)
    draft.tell(disbelief)
    let event = Event(seq: projection.lastSeq + 1, time: believed, content: draft)
    projection.apply(event)
    events.append(event)
  }
}

extension LogSource {
  /// The node keeps the log of one run before the present one.
  fileprivate func isRun(before other: LogSource) -> Bool {
    podUID == other.podUID && container == other.container && restarts + 1 == other.restarts
  }
}
