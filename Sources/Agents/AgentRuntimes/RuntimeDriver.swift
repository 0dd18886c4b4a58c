package import ControlModel

/// How to start, speak to, interrupt and resume one kind of agent CLI: a pure state machine, fed with what the process
/// prints and what operators send, and answering with actions that the runner performs in order.
///
/// The life of a driver: `init` → `replay` for every event of the journal → `launch` → any number of `receive`, `send`,
/// `interrupt`, `decide` → `exited`. After `exited` the runner may `launch` again.
package protocol RuntimeDriver: Sendable {
  init(_ configuration: RuntimeConfiguration)

  /// Takes in an event of an earlier run, so that the runtime's own session is resumed, messages that were never
  /// answered are sent again, and running totals go on.
  mutating func replay(_ event: Event)

  /// The command line, and what to do once it runs.
  mutating func launch(at time: Timestamp) -> RuntimeLaunch

  /// One line of the process without its newline; any bytes. Every line yields at least one event, or is answered.
  mutating func receive(_ line: [UInt8], from stream: RuntimeStream, at time: Timestamp) -> [RuntimeAction]

  /// Whether a message can be taken now: `send` takes any.
  func checkRoom(for message: RunnerMessage) throws(ControlFailure)
  /// A user's message. It becomes a `user` event with the message's id, once, however often it is sent.
  mutating func send(_ message: RunnerMessage, at time: Timestamp) -> [RuntimeAction]
  mutating func interrupt(at time: Timestamp) -> [RuntimeAction]
  /// Answers an `approval.request`; one that is not open is a failure to tell the caller.
  mutating func decide(_ decision: ApprovalDecision, at time: Timestamp) throws(ControlFailure) -> [RuntimeAction]

  /// The runner stops, by no wish of the user's: the runtime is to end, and a turn that runs then is not over. The runner
  /// signals the process after a while if this does not end it, and what the runtime says of a turn that was cut off by
  /// that answers no message: the next runner goes on with it.
  mutating func stop(at time: Timestamp) -> [RuntimeAction]
  /// Whether the runtime, told to end by SIGTERM, ends its tools by itself. If they were told as well, it might see them
  /// fail and go on with its turn before it ends.
  var endsItsTools: Bool { get }

  /// The process has ended; says so in events and whether to start it again for what is still to be answered. A
  /// `runtime.exited` that a relaunch follows without anybody's doing has `"relaunches": true` in its detail: the session
  /// has not ended, and its sandbox is still needed.
  mutating func exited(_ status: RuntimeExit, at time: Timestamp) -> [RuntimeAction]

  /// The runtime does not say by itself when it works and when its turn is over: the runner looks whether its processes
  /// wait for input, and says what it saw with `waitsForInput` or `isAtWork`.
  var mayWaitSilently: Bool { get }
  mutating func waitsForInput(at time: Timestamp) -> [RuntimeAction]
  mutating func isAtWork(at time: Timestamp) -> [RuntimeAction]

  var state: RunnerStatus.RuntimeState { get }
  /// The runtime's own id for its conversation, once known.
  var runtimeSessionID: String? { get }
}

extension RuntimeDriver {
  package mutating func stop(at time: Timestamp) -> [RuntimeAction] { [.closeInput] }
  package var endsItsTools: Bool { false }
  package var mayWaitSilently: Bool { false }
  package mutating func waitsForInput(at time: Timestamp) -> [RuntimeAction] { [] }
  package mutating func isAtWork(at time: Timestamp) -> [RuntimeAction] { [] }
}

package enum RuntimeStream: Sendable, Hashable {
  case standardOutput, standardError
}

package enum RuntimeExit: Sendable, Hashable {
  case code(Int32)
  case signal(Int32)
  /// The kernel killed it because it took more memory than its limit.
  case outOfMemory
  /// The command could not be started.
  case notStarted(String)
}

package enum RuntimeAction: Sendable, Hashable {
  case emit(EventDraft)
  /// Bytes for the process's standard input, newline included.
  case write([UInt8])
  case closeInput
  /// To the process group.
  case signal(Int32)
  /// Start the process again (after `exited`), not before `seconds` have passed.
  case relaunch(afterSeconds: Double)
}

package struct RuntimeLaunch: Sendable, Hashable {
  /// The program first; a name without a slash is looked up in the sandbox's PATH.
  package var command: [String]
  /// On top of the agent's own.
  package var environment: [String: String]
  /// Performed as soon as the process runs, in order.
  package var actions: [RuntimeAction]

  package init(command: [String], environment: [String: String] = [:], actions: [RuntimeAction] = []) {
    self.command = command
    self.environment = environment
    self.actions = actions
  }
}

/// What a driver knows from the start.
package struct RuntimeConfiguration: Sendable, Hashable {
  package var session: SessionID
  package var agent: ResourceName
  package var runtime: RuntimeName
  package var command: [String]
  package var prompt: String?
  package var permissions: AgentSpec.Permissions
  package var budget: USD?
  /// The working directory as the agent sees it.
  package var workingDirectory: String
  /// A writable directory on the session's volume for the runtime's own state, as the agent sees it.
  package var stateDirectory: String
  /// To resume when the journal is empty but the conversation is not new.
  package var runtimeSessionID: String?
  /// The number of the first event that `spent` leaves out.
  @EventNumber package var firstSeq: Int64
  /// What the conversation has cost before; `nil` when that is in the journal alone.
  package var spent: USD?

  package init(
    session: SessionID, agent: ResourceName, runtime: RuntimeName, command: [String] = [], prompt: String? = nil,
    permissions: AgentSpec.Permissions = .ask, budget: USD? = nil, workingDirectory: String,
    stateDirectory: String, runtimeSessionID: String? = nil, firstSeq: Int64 = 1, spent: USD? = nil
  ) {
    self.session = session
    self.agent = agent
    self.runtime = runtime
    self.command = command
    self.prompt = prompt
    self.permissions = permissions
    self.budget = budget
    self.workingDirectory = workingDirectory
    self.stateDirectory = stateDirectory
    self.runtimeSessionID = runtimeSessionID
    self.firstSeq = firstSeq
    self.spent = spent
  }
}
