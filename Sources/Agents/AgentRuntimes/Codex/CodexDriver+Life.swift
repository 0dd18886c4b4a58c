package import ControlModel

extension CodexDriver {
  package mutating func replay(_ event: Event) {
    let content = event.content
    messages.replay(content)
    approvals.replay(content)
    if let id = content.detail["runtimeSessionID"]?.stringValue, id.utf8.count <= ClaimLimit.id { thread = id }
    switch (event.kind, content.name) {
    case (.assistant, _), (.thinking, _), (.toolCall, _): isStored = true
    case (.result, _): replayResult(content)
    case (.lifecycle, "runtime.message"?): isStored = true
    case (.lifecycle, "runtime.started"?): totals[thread ?? ""] = CodexTotals(startingAtZero: true)
    case (.lifecycle, "codex.usage"?): replayUsage(content)
    default: break
    }
  }

  private mutating func replayResult(_ content: EventDraft) {
    answer(content.detail["messages"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }

  private mutating func replayUsage(_ content: EventDraft) {
    guard case .object(let record) = RawRecord.read(content.raw), let parameters = record["params"]?.objectValue else {
      return
    }
    _ = add(parameters, isOwn: true)
  }

  package mutating func launch(at time: Timestamp) -> RuntimeLaunch {
    phase = .starting
    forget()
    let greeting = CodexOutput.request(
      "initialize", id: "initialize",
      [
        "clientInfo": ["name": "paddock", "title": "Paddock", "version": "1"],
        "capabilities": [
          "optOutNotificationMethods": .array(CodexNotice.unwanted.sorted().map(JSONValue.string))
        ],
      ])
    return RuntimeLaunch(
      command: CodexCommandLine(configuration).words, environment: CodexCommandLine(configuration).environment,
      actions: [.write(greeting), .write(CodexOutput.notification("initialized")), open()])
  }

  /// What belongs to one process.
  private mutating func forget() {
    turn = nil
    isOpened = false
    isInterruptDue = false
    isStopping = false
    startFault = nil
    sent = []
    taken = []
    approvals.forget()
    calls.forget()
    subThreads.removeAll()
  }

  package mutating func exited(_ status: RuntimeExit, at time: Timestamp) -> [RuntimeAction] {
    let fault = startFault
    phase = .exited
    forget()
    if status.isSuccess, fault == nil, messages.unanswered.isEmpty {
      return [.emit(.exit("\(Self.program) ended", status, isError: false))]
    }
    let sentence =
      fault.map { RuntimeEnd.noThread.told(Self.program, $0) }
      ?? status.sentence(about: Self.program)
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
}
