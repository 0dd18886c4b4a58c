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
}
