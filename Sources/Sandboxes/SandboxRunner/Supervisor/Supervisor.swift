package import AgentRuntimes
package import ControlModel
import Dispatch
import Glibc
import ProcessIdentity
import QueueExecutor
package import RunnerProtocol

/// Keeps one session's runtime running and its journal written: performs, strictly in order, what the driver decides.
///
/// Everything happens on one queue: requests, the process's output, timers, writes. An action that cannot be performed
/// because the journal cannot be written stays at the head of `pending`, and everything behind it waits; the process's
/// output is left in its pipes until then.
package actor Supervisor {
  package struct Timing: Sendable {
    /// From an event to the moment it is durable and published; 50 ms are promised, the disk needs some of them.
    package var synchronizeSeconds = 0.025
    package var retrySeconds = 1.0
    package var end = EndSchedule()
    /// Longer lines of the runtime become an `error` event.
    package var lineLimit = 16 << 20
    /// Bytes that may wait for the runtime to read them before messages are refused.
    package var inputLimit = 8 << 20
    /// For a message that is on its way. Should it be lost, the runtime begins without it.
    package var messageSeconds = 15.0

    package init() {}
  }

  private nonisolated let executor = QueueExecutor(label: "dev.paddock.runner")
  package nonisolated let feed: JournalFeed
  nonisolated let configuration: RunnerConfiguration
  nonisolated let timing: Timing
  let journal: Journal
  let startedAt: Timestamp
  var driver: any RuntimeDriver
  var requests: RequestLog
  /// Calls and requests of the agent that nothing has answered.
  var openEnds: OpenEnds
  var child: ChildProcess?
  var pending: ArraySlice<RuntimeAction> = []
  var problem: String?
  var isSynchronizationScheduled = false
  var isRetryScheduled = false
  /// Said already.
  var isAnswerLeftOut = false
  var inputWatch = InputWatch()
  var memoryKills = MemoryKills()
  var phase = Phase.running
  var meter: JournalMeter
  /// Why the bounds are not those of the declaration.
  var boundsReason: String?
  /// Nothing is read for a while, as the journal has grown too fast.
  var isHeldBack = false
  /// Of the latest wait; one that was overtaken ends nothing.
  var waitID = 0
  var isSlowed = false
  /// With the reason that the bounds have now.
  var isSlowingTold = false
  /// Output for which a full journal had no room.
  var leftOut = (lines: 0, bytes: 0)
  var pauses: [PauseCause: String] = [:]
  /// Those that were stopped for a pause, and were not before.
  var frozen: Set<ProcessIdentity> = []
  var isRefreezeScheduled = false
  /// The runtime is to be started as soon as nothing pauses it.
  var isLaunchDue = false
  /// The runtime begins with the next message.
  var awaitsMessage: Bool
  var stopWaiters: [CheckedContinuation<Void, Never>] = []
  /// Seconds for a turn that runs when the runner is told to stop.
  var turnSeconds: Double
  /// The runner stops as soon as its turn has ended.
  var isTurnAwaited = false
  /// When it is no longer waited for; a wait for another moment was overtaken.
  var turnEndsAt = ContinuousClock.now
  /// SIGTERM was sent to the runtime.
  var isTerminated = false

  enum Phase {
    case running, stopping, stopped
  }

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  nonisolated var queue: DispatchQueue { executor.queue }

  /// Opens the journal and lets the driver live through it. Blocks for as long as that takes.
  package static func open(
    _ configuration: RunnerConfiguration, driver: any RuntimeDriver, timing: Timing = Timing()
  ) throws(ControlFailure) -> Supervisor {
    // Writing to a process that is gone must be an error, not the runner's end.
    signal(SIGPIPE, SIG_IGN)
    var driver = driver
    var requests = RequestLog()
    var openEnds = OpenEnds()
    var last: Int64 = 0
    var isFirst = true
    let journal: Journal
    do {
      journal = try Journal.open(path: configuration.journal, firstSeq: configuration.firstSeq) { event in
        requests.note(event.content)
        if event.seq > last + 1 { openEnds.skip() }
        last = event.seq
        openEnds.take(event)
        if event.content.isStart(of: configuration.generation) { isFirst = false }
        driver.replay(event)
      }
    } catch { throw error.failure }
    return Supervisor(configuration, journal, driver, requests, openEnds, timing, isFirst)
  }

  private init(
    _ configuration: RunnerConfiguration, _ journal: sending Journal, _ driver: any RuntimeDriver,
    _ requests: RequestLog, _ openEnds: OpenEnds, _ timing: Timing, _ isFirst: Bool
  ) {
    self.configuration = configuration
    self.journal = journal
    self.driver = driver
    self.requests = requests
    self.openEnds = openEnds
    self.timing = timing
    // To a later runner of the same generation the message has come, or comes like any other.
    awaitsMessage = configuration.awaitsMessage && isFirst
    turnSeconds = timing.end.turn
    let bounds = (configuration.agent.spec.limits.journal ?? JournalBounds()).orElse(.standard)
    meter = JournalMeter(bounds, events: journal.lastSeq, bytes: journal.size, at: Self.now)
    feed = journal.feed
    startedAt = .now()
  }

  /// Says that the runner has started, and starts the runtime.
  package func start() {
    enqueue([.emit(startedEvent)])
    guard awaitsMessage else { return launch() }
    after(timing.messageSeconds) { $0.messageCame() }
  }

  func messageCame() {
    guard awaitsMessage else { return }
    awaitsMessage = false
    launch()
  }

  package func status() -> RunnerStatus {
    RunnerStatus(
      session: configuration.session, generation: configuration.generation, seq: feed.lastSeq,
      runtime: driver.state, runtimeSessionID: driver.runtimeSessionID, startedAt: startedAt, problem: problem,
      pauses: pauses,
      journal: JournalAccount(bytes: Count(steps: meter.bytes), bounds: meter.bounds))
  }

  private var startedEvent: EventDraft {
    var detail: JSONObject = [
      "generation": JSONValue(configuration.generation), "pid": JSONValue(getpid()),
      "version": .string(RunnerVersion.current),
    ]
    var text = "Runner started"
    if let reason = configuration.reason {
      text += "; \(reason)"
      detail["reason"] = .string(reason)
    }
    if let torn = journal.torn {
      text += "; cut off \(torn.length) unfinished bytes of the journal"
      detail["tornBytes"] = JSONValue(torn.length)
      detail["tornFile"] = torn.keptIn.map(JSONValue.string)
    }
    return EventDraft(.lifecycle, text, name: "runner.started", detail: detail)
  }

  /// Runs `body` on the supervisor after some time, if it is still there.
  func after(_ seconds: Double, _ body: @escaping @Sendable (isolated Supervisor) -> Void) {
    queue.asyncAfter(deadline: .now() + seconds) { [weak self] in
      self?.assumeIsolated { body($0) }
    }
  }
}

extension EventDraft {
  fileprivate func isStart(of generation: Int) -> Bool {
    kind == .lifecycle && name == "runner.started" && detail["generation"]?.integerValue == Int64(generation)
  }
}
