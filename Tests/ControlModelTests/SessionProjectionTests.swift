import ControlModel
import Testing

@Suite struct SessionProjectionTests {
  private func fold(_ drafts: [EventDraft]) -> SessionProjection {
    var projection = SessionProjection()
    for (index, draft) in drafts.enumerated() {
      projection.apply(Event(seq: Int64(index + 1), time: Timestamp(microseconds: Int64(index)), content: draft))
    }
    return projection
  }

  private let start: [EventDraft] = [
    EventDraft(.lifecycle, "", name: "runner.started", detail: ["generation": 2]),
    EventDraft(.lifecycle, "", name: "runtime.started", detail: ["runtimeSessionID": "abc"]),
  ]

  @Test func aTurnIsWorkThenWaiting() {
    let working = fold(start + [EventDraft(.user, "hi"), EventDraft(.toolCall, "swift test", name: "Bash")])
    #expect(working.activity == .working && working.now == "Bash: swift test" && working.turns == 1)
    #expect(working.generation == 2 && working.runtimeSessionID == "abc")
    let done = fold(
      start + [
        EventDraft(.user, "hi"), EventDraft(.user, "and"),
        EventDraft(.result, "done", usage: TokenUsage(input: 1, output: 2), cost: USD(micros: 7)),
      ])
    #expect(done.activity == .waiting && done.turns == 1 && done.tokens.total == 3 && done.cost == USD(micros: 7))
  }

  @Test func everyApprovalMustBeAnswered() {
    let asked = [
      EventDraft(.approvalRequest, "rm -rf build", callID: "a", name: "Bash"),
      EventDraft(.approvalRequest, "ls", callID: "b", name: "Bash"),
    ]
    #expect(fold(start + asked).activity == .approval)
    #expect(fold(start + asked + [EventDraft(.approvalDecision, "", callID: "a")]).openApprovals == ["b"])
    let both = asked + [EventDraft(.approvalDecision, "", callID: "a"), EventDraft(.approvalDecision, "", callID: "b")]
    #expect(fold(start + both).activity == .working)
  }

  @Test func aRestartForgetsWhatWasOpen() {
    let asked = EventDraft(.approvalRequest, "x", callID: "a")
    #expect(fold(start + [asked] + start).openApprovals.isEmpty)
  }

  @Test func aRuntimeThatEndsIsFinishedOrFailed() {
    let ended = fold(start + [EventDraft(.lifecycle, "It ended", name: "runtime.exited")])
    #expect(ended.activity == .finished && ended.reason == "It ended")
    let failed = fold(start + [EventDraft(.lifecycle, "It failed", name: "runtime.exited", isError: true)])
    #expect(failed.activity == .failed && failed.reason == "It failed")
  }

  @Test func aRuntimeThatIsStartedAgainIsStarting() {
    let asked = EventDraft(.approvalRequest, "x", callID: "a")
    func exit(_ relaunches: JSONValue) -> EventDraft {
      EventDraft(
        .lifecycle, "It failed; it is started again in 1 s", name: "runtime.exited", isError: true,
        detail: ["relaunches": relaunches])
    }
    let starting = fold(start + [EventDraft(.user, "hi"), asked, exit(true)])
    #expect(starting.activity == .starting && starting.reason == "It failed; it is started again in 1 s")
    #expect(starting.openApprovals.isEmpty)
    #expect(fold(start + [exit(true), EventDraft(.lifecycle, "", name: "runtime.resumed")]).activity == .waiting)
    #expect(fold(start + [exit(false)]).activity == .failed)
  }

  @Test func aRuntimeThatWasStoppedHasNotEnded() {
    let exited = EventDraft(.lifecycle, "exit 130", name: "runtime.exited", isError: true)
    #expect(fold(start + [exited]).activity == .failed)
    var stopped = exited
    stopped.detail["stopped"] = true
    #expect(fold(start + [stopped]).activity == .idle)
    stopped.detail["relaunches"] = true
    #expect(fold(start + [stopped]).activity == .idle)
  }

  @Test func aRuntimeThatHasAMessageWorks() {
    let asked = [EventDraft(.user, "hi", messageID: "m")] + start
    #expect(fold(asked).activity == .working, "from its start on")
    #expect(fold(asked + start).activity == .working, "and after a restart in the middle of the turn")
    #expect(fold(start).activity == .waiting && fold(Array(start.prefix(1))).activity == .starting)
    let turn = EventDraft(.lifecycle, "", name: "runtime.turn")
    #expect(fold(start + [turn]).activity == .working, "a turn that nobody asked for")
    let ofTask = EventDraft(.lifecycle, "", parentCallID: "t", name: "runtime.turn")
    #expect(fold(start + [ofTask, EventDraft(.assistant, "sub", parentCallID: "t")]).activity == .waiting)
  }

  @Test func aTurnAnswersTheMessagesThatItNames() {
    let asked = start + [EventDraft(.user, "a", messageID: "a"), EventDraft(.user, "b", messageID: "b")]
    let result = EventDraft(.result, "done", detail: ["messages": ["a"]])
    #expect(fold(asked + [result]).activity == .working && fold(asked + [result]).unanswered == ["b"])
    #expect(fold(asked + [result, EventDraft(.result, "done", detail: ["messages": ["b"]])]).activity == .waiting)
    #expect(fold(asked + [EventDraft(.result, "done")]).activity == .waiting, "all, where none is named")
    let cancelled = EventDraft(.lifecycle, "", name: "runtime.message", messageID: "b", detail: ["state": "cancelled"])
    #expect(fold(asked + [result, cancelled]).activity == .waiting)
    #expect(fold(asked).turns == 1 && fold(asked + [result]).turns == 1)
  }

  @Test func tasksAreNamedBesideTheTurn() {
    func tasks(_ ids: [JSONValue]) -> EventDraft {
      EventDraft(
        .lifecycle, "", name: "claude.background_tasks_changed",
        detail: ["tasks": .array(ids.map { ["id": $0, "title": "build"] })])
    }
    let turn = start + [EventDraft(.user, "hi"), tasks(["x"]), EventDraft(.result, "done")]
    let waiting = fold(turn)
    #expect(waiting.activity == .waiting && waiting.tasks.map(\.id) == ["x"])
    #expect(waiting.now == "‹your turn› · 1 task running since 00:00:00 UTC")
    let grown = fold(turn + [tasks(["x", "y"])])
    #expect(grown.tasks.map(\.since.microseconds) == [3, 5] && grown.now.contains("2 tasks"))
    #expect(fold(turn + [tasks([])]).now == "‹your turn›")
    #expect(fold(turn + [tasks([1, "", .string(String(repeating: "x", count: 300))])]).tasks.isEmpty)
    #expect(fold(turn + [tasks((0..<1000).map { .string("\($0)") })]).tasks.count == SessionProjection.mostTasks)
    #expect(fold(turn + start).tasks.isEmpty, "they end with their process")
    #expect(SessionProjection(json: grown.json) == grown)
  }

  @Test func messagesThatNobodyAnswersAreBounded() {
    let asked = (0..<1000).map { EventDraft(.user, "x", messageID: "\($0)") }
    #expect(fold(start + asked).unanswered.count == SessionProjection.mostUnanswered)
  }

  @Test func whatAFormerReleaseStoredIsGoneOnWith() {
    var stored = fold(start + [EventDraft(.user, "hi")]).json
    for name in ["isInTurn", "unanswered", "tasks"] { stored[name] = nil }
    var projection = SessionProjection(json: stored)
    #expect(projection.activity == .working && projection.isInTurn)
    projection.apply(Event(seq: 9, time: Timestamp(microseconds: 9), content: EventDraft(.toolResult, "", callID: "a")))
    #expect(projection.activity == .working)
    projection.apply(Event(seq: 10, time: Timestamp(microseconds: 10), content: EventDraft(.result, "")))
    #expect(projection.activity == .waiting)
  }

  @Test func itSurvivesBeingStored() {
    let projection = fold(start + [EventDraft(.user, "hi"), EventDraft(.approvalRequest, "x", callID: "a")])
    #expect(SessionProjection(json: projection.json) == projection)
    #expect(SessionProjection(json: [:]) == SessionProjection())
  }

  @Test func pausesAreOfTheirCausesAndEndWithTheRunner() {
    func pause(_ cause: String, _ reason: String?) -> EventDraft {
      var draft = EventDraft(.lifecycle, "", name: reason == nil ? "runner.unpaused" : "runner.paused")
      draft.detail = ["cause": .string(cause)]
      draft.detail["reason"] = reason.map(JSONValue.string)
      return draft
    }
    let both = start + [pause("disk", "full"), pause("journal", "long"), pause("moon", "new")]
    #expect(fold(both).pauses == [.disk: "full", .journal: "long"])
    #expect(fold(both).pauses.phrase == "long; full")
    #expect(SessionProjection(json: fold(both).json) == fold(both))
    #expect(fold(both + [pause("disk", nil)]).pauses == [.journal: "long"])
    #expect(fold(both + start).pauses.isEmpty)
  }

  @Test func whyItIsSlowedIsKnownUntilItIsOverAndWhatItWroteIsCounted() {
    let slowed = start + [EventDraft(.lifecycle, "It writes too much\nby far", name: "runner.slowed")]
    #expect(fold(slowed).slowed == "It writes too much")
    #expect(SessionProjection(json: fold(slowed).json) == fold(slowed))
    #expect(fold(slowed + [EventDraft(.lifecycle, "", name: "runner.unslowed")]).slowed.isEmpty)
    #expect(fold(slowed + start).slowed.isEmpty)
    let before = fold(slowed).bytes
    let output = EventDraft(.output, String(repeating: "x", count: 1_000), raw: Array("\"y\"".utf8))
    #expect(before > 0 && fold(slowed + [output]).bytes == before + Count(steps: output.approximateSize))
  }
}
