package import ControlModel

extension ClaudeCodeDriver {
  /// The id of the request that a new process is greeted with: its answer shows that the process works, and comes
  /// before the first message, which `init` does not.
  static let greeting = "hello"

  package mutating func replay(_ event: Event) {
    let content = event.content
    messages.replay(content)
    approvals.replay(content)
    if configuration.spent == nil || event.seq >= configuration.firstSeq { cost += content.cost ?? 0 }
    if let id = content.detail["runtimeSessionID"]?.stringValue { conversation.take(id) }
    switch event.kind {
    case .assistant, .thinking, .toolCall:
      conversation.isStored = true
      openUsage.note(content.raw)
    case .result:
      openUsage.forget()
      replayResult(content)
    case .lifecycle where content.name == Self.cutOff:
      openUsage.forget()
      if case .object(let record) = RawRecord.read(content.raw) { _ = totals.add(record) }
    case .lifecycle where ["runtime.exited", "claude.usage"].contains(content.name): openUsage.forget()
    case .lifecycle where content.name == "runtime.message": replayMessage(content)
    case .lifecycle where content.name == "runtime.fallback":
      conversation.isStored = content.detail["isStored"]?.boolValue ?? false
    default: break
    }
  }

  private mutating func replayResult(_ content: EventDraft) {
    if case .object(let record) = RawRecord.read(content.raw) {
      _ = totals.add(record)
      answer(record)
    }
  }

  private mutating func replayMessage(_ content: EventDraft) {
    let state = content.detail["state"]?.stringValue
    // What is queued or started is not in the conversation's file yet.
    if state == "taken" { conversation.isStored = true }
    guard let id = content.messageID else { return }
    switch state {
    case "completed", "cancelled": messages.answer(id)
    case "cut off": resumption.replayCutOff(id)
    default: break
    }
  }

  package mutating func launch(at time: Timestamp) -> RuntimeLaunch {
    phase = .starting
    isInTurn = false
    isStopping = false
    approvals.forget()
    calls.forget()
    resumption.begin(messages.unanswered.map(\.id.text))
    let greeting = ClaudeInput.request(id: Self.greeting, ["subtype": "initialize"])
    let resends = messages.unanswered.map { ClaudeInput.message(id: $0.id.text, text: $0.text) }
    return RuntimeLaunch(
      command: command, environment: environment,
      actions: tellOpenUsage() + ([greeting] + resends).map(RuntimeAction.write))
  }

  private var command: [String] {
    var command = configuration.command.isEmpty ? ["claude"] : configuration.command
    command += [
      "-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
      "--replay-user-messages", "--permission-prompt-tool", "stdio",
      // The volume is the archive; by default old conversations are removed after 30 days.
      "--settings", #"{"cleanupPeriodDays":36500}"#,
    ]
    command += conversation.isStored ? ["--resume", conversation.id] : ["--session-id", conversation.id]
    switch configuration.permissions {
    case .ask: command += ["--permission-mode", "default"]
    case .bypass: command += ["--permission-mode", "bypassPermissions", "--allow-dangerously-skip-permissions"]
    }
    if let prompt = configuration.prompt, !prompt.isEmpty { command += ["--append-system-prompt", prompt] }
    // It counts for one process; nothing at all is refused as an amount.
    if let budget = configuration.budget {
      command += ["--max-budget-usd", "\(max(budget - cost, USD(micros: 1)).dollars)"]
    }
    return command
  }

  private var environment: [String: String] {
    var environment = [
      "CLAUDE_CONFIG_DIR": "\(configuration.stateDirectory)/claude",
      "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1", "DISABLE_ERROR_REPORTING": "1",
      "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    ]
    // Claude Code refuses to bypass permissions as root unless it is told that it is in a sandbox, as it is here.
    if configuration.permissions == .bypass { environment["IS_SANDBOX"] = "1" }
    return environment
  }

  /// The process works: says so once for each start.
  mutating func start() -> [RuntimeAction] {
    guard phase == .starting else { return [] }
    phase = .running
    let isResumed = conversation.isStored
    conversation.started()
    return [
      .emit(
        EventDraft(
          .lifecycle, isResumed ? "\(Self.program) resumed its conversation" : "\(Self.program) started",
          name: isResumed ? "runtime.resumed" : "runtime.started",
          detail: ["runtimeSessionID": .string(conversation.id)]))
    ]
  }

  package mutating func exited(_ status: RuntimeExit, at time: Timestamp) -> [RuntimeAction] {
    // A process that ended by itself has kept its totals, and its next result goes on from them.
    let told = status.wasKilled ? tellOpenUsage() : []
    openUsage.forget()
    return told + ended(status, at: time)
  }

  private mutating func ended(_ status: RuntimeExit, at time: Timestamp) -> [RuntimeAction] {
    let wasStarting = phase == .starting
    phase = .exited
    isInTurn = false
    approvals.forget()
    calls.forget()
    if wasStarting, let fallback = conversation.fallBack(at: time) { return relaunch(fallback) }
    if status.isSuccess, messages.unanswered.isEmpty {
      return [.emit(.exit("\(Self.program) ended", status, isError: false))]
    }
    let sentence = status.sentence(about: Self.program)
    if case .notStarted = status { return [.emit(.exit(sentence, status, isError: true))] }
    guard let delay = relaunches.fail() else {
      let count = RelaunchPolicy.maximumFailures
      return [.emit(.exit(RuntimeEnd.givenUp.told(sentence, "\(count)"), status, isError: true))]
    }
    phase = .relaunching
    return [
      .emit(.exit("\(sentence); it is started again in \(Int(delay)) s", status, isError: true, relaunches: true)),
      .relaunch(afterSeconds: delay),
    ]
  }

  private mutating func relaunch(_ fallback: ClaudeConversation.Fallback) -> [RuntimeAction] {
    phase = .relaunching
    var detail: JSONObject = ["isStored": .bool(conversation.isStored)]
    let text: String
    switch fallback {
    case .anew(let former):
      text =
        "The conversation \(former) cannot be read any more; a new one begins, \(conversation.id). "
        + "The file of the former one is kept"
      detail["former"] = .string(former)
    case .otherWay where conversation.isStored:
      text = "The conversation \(conversation.id) exists already; \(Self.program) is started again to resume it"
    case .otherWay:
      text = "\(Self.program) does not have the conversation \(conversation.id); a new one begins under the same id"
    }
    return [
      .emit(EventDraft(.lifecycle, text, name: "runtime.fallback", isError: !conversation.isStored, detail: detail)),
      .relaunch(afterSeconds: 0),
    ]
  }
}
