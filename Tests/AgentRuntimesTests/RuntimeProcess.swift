import AgentRuntimes
import ControlModel
import Dispatch
import Glibc
import Synchronization

/// Runs a driver on a real process and journals what it emits, as the runner does; one instance is one runner's life.
final class RuntimeProcess: Sendable {
  fileprivate struct State {
    var driver: any RuntimeDriver
    var events: [Event]
    /// What the events say of the driver, and where it was something else than the driver does.
    var projection = SessionProjection()
    var lies: [String] = []
    var pid: pid_t = 0
    var input: Int32 = -1
    var readers = 0
    var hasEnded = false
    var isClosed = false
    var waiters: [(isDone: @Sendable ([Event]) -> Bool, resume: @Sendable () -> Void)] = []
  }

  private let state: Mutex<State>
  private let environment: [String: String]
  private let directory: String

  /// `journal`: the events of earlier lives, which the driver is replayed from.
  init(
    _ configuration: RuntimeConfiguration, environment: [String: String] = [:], journal: [Event] = []
  ) throws {
    var driver = try RuntimeDrivers.make(configuration)
    for event in journal { driver.replay(event) }
    var state = State(driver: driver, events: journal)
    for event in journal { state.projection.apply(event) }
    let start = EventDraft(.lifecycle, "", name: "runner.started")
    state.projection.apply(Event(seq: Int64(journal.count), time: .now(), content: start))
    self.state = Mutex(state)
    // A runtime that has just ended is written to like any other.
    signal(SIGPIPE, SIG_IGN)
    self.environment = environment
    directory = configuration.workingDirectory
  }

  var events: [Event] { state.withLock { $0.events } }
  var runtimeState: RunnerStatus.RuntimeState { state.withLock { $0.driver.state } }
  var runtimeSessionID: String? { state.withLock { $0.driver.runtimeSessionID } }

  func launch() {
    let launch = state.withLock { $0.driver.launch(at: .now()) }
    start(launch)
  }

  func send(_ message: RunnerMessage) { act { $0.send(message, at: .now()) } }
  func interrupt() { act { $0.interrupt(at: .now()) } }

  func decide(_ verdict: ApprovalDecision.Verdict, _ callID: String?, reason: String? = nil) throws {
    let decision = ApprovalDecision(
      id: .make(at: .now()), callID: callID ?? "", verdict: verdict, reason: reason, actor: "tester")
    perform(
      try state.withLock { state throws(ControlFailure) in
        state.journal(try state.driver.decide(decision, at: .now()))
      })
  }

  /// Ends the life as `kill -9` of the runner does: the process group dies, and nothing more is journalled.
  func crash() {
    state.withLock { state in
      state.isClosed = true
      if state.pid > 0 { kill(-state.pid, SIGKILL) }
    }
  }

  /// Stops as a runner does that is told to end: SIGTERM after `seconds`.
  func stop(afterSeconds seconds: Double = 1) async throws {
    act { $0.stop(at: .now()) }
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [self] in
      state.withLock { if $0.pid > 0 { _ = kill($0.driver.endsItsTools ? $0.pid : -$0.pid, SIGTERM) } }
    }
    try await wait { $0.last?.content.name == "runtime.exited" }
    state.withLock { $0.isClosed = true }
  }

  /// What a reader of the journal knows.
  var projection: SessionProjection { state.withLock { $0.projection } }

  /// Where the events told something else than what the driver did.
  var lies: [String] { state.withLock { $0.lies } }

  /// Kills the runtime alone.
  func killRuntime() {
    state.withLock { state in
      if state.pid > 0 { _ = kill(-state.pid, SIGKILL) }
    }
  }

  /// Waits until the journal is as `isDone` wants it.
  func wait(
    seconds: Double = 120, _ isDone: @escaping @Sendable ([Event]) -> Bool
  ) async throws {
    let finished = Mutex(false)
    let isInTime: Bool = await withCheckedContinuation { continuation in
      let resume: @Sendable (Bool) -> Void = { inTime in
        let isFirst = finished.withLock { flag in
          defer { flag = true }
          return !flag
        }
        if isFirst { continuation.resume(returning: inTime) }
      }
      state.withLock { $0.waiters.append((isDone, { resume(true) })) }
      wakeWaiters()
      DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { resume(false) }
    }
    guard isInTime else { throw Overdue(events: events.map(\.brief)) }
  }

  struct Overdue: Error {
    var events: [String]
  }

  // MARK: Actions

  private func act(_ change: (inout any RuntimeDriver) -> [RuntimeAction]) {
    perform(state.withLock { $0.journal(change(&$0.driver)) })
  }

  private func perform(_ actions: [RuntimeAction]) {
    for action in actions {
      switch action {
      case .emit: break
      case .write(let bytes): write(bytes)
      case .closeInput: state.withLock { $0.closeInput() }
      case .signal(let number): state.withLock { if $0.pid > 0 { _ = kill(-$0.pid, number) } }
      case .relaunch(let seconds):
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [self] in
          if !state.withLock({ $0.isClosed }) { launch() }
        }
      }
    }
    wakeWaiters()
  }

  private func wakeWaiters() {
    let ready = state.withLock { state in
      let events = state.events
      let ready = state.waiters.filter { $0.isDone(events) }
      state.waiters.removeAll { $0.isDone(events) }
      return ready
    }
    for waiter in ready { waiter.resume() }
  }

  private func write(_ bytes: [UInt8]) {
    let input = state.withLock { $0.input }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  // MARK: The process

  private func start(_ launch: RuntimeLaunch) {
    var variables = ["PATH": "/usr/bin:/bin", "HOME": directory]
    variables.merge(environment) { $1 }
    variables.merge(launch.environment) { $1 }
    guard let child = spawn(launch.command, variables, in: directory) else {
      return act { $0.exited(.notStarted("posix_spawn failed"), at: .now()) }
    }
    state.withLock { state in
      state.pid = child.pid
      state.input = child.input
      state.readers = 2
    }
    act { _ in launch.actions }
    read(child.output, .standardOutput, of: child.pid)
    read(child.errors, .standardError, of: child.pid)
  }

  private func read(_ descriptor: Int32, _ stream: RuntimeStream, of pid: pid_t) {
    // A thread of its own: reads block, and the pools are small.
    Thread.start { [self] in
      var line: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while case let count = buffer.withUnsafeMutableBytes({ Glibc.read(descriptor, $0.baseAddress, $0.count) }),
        count > 0
      {
        for byte in buffer[..<count] {
          if byte == 0x0A {
            act { $0.receive(line, from: stream, at: .now()) }
            line = []
          } else {
            line.append(byte)
          }
        }
      }
      close(descriptor)
      ended(pid)
    }
  }

  /// Called at the end of each stream; the last one reaps.
  private func ended(_ pid: pid_t) {
    let isLast = state.withLock { state in
      state.readers -= 1
      return state.readers == 0
    }
    guard isLast else { return }
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    let signal = status & 0x7F
    let exit: RuntimeExit = signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
    let actions = state.withLock { state in
      state.closeInput()
      state.pid = 0
      return state.isClosed ? [] : state.journal(state.driver.exited(exit, at: .now()))
    }
    perform(actions)
  }
}

extension RuntimeProcess.State {
  fileprivate mutating func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Journals what the actions emit, and looks whether a reader of the journal knows what the driver knows.
  fileprivate mutating func journal(_ actions: [RuntimeAction]) -> [RuntimeAction] {
    guard !isClosed else { return actions }
    for case .emit(let draft) in actions {
      let event = Event(seq: Int64(events.count + 1), time: .now(), content: draft)
      events.append(event)
      projection.apply(event)
    }
    if let last = events.last, told != driver.state {
      lies.append("\(told), being \(driver.state), after \(last.brief)")
    }
    return actions
  }

  private var told: RunnerStatus.RuntimeState {
    switch projection.activity {
    case .idle, .starting: .starting
    case .working: .working
    case .waiting: .waiting
    case .approval: .approval
    case .finished, .failed: .exited
    }
  }
}

extension Event {
  /// One line for failure messages.
  var brief: String {
    "\(seq) \(kind.rawValue) \(content.name ?? "") \(content.isError ? "! " : "")\(text.prefix(200))"
  }
}
