import ControlModel
import Testing

/// Whatever an agent says, what is stored with every batch stays small.
@Suite struct ProjectionBoundTests {
  private func fold(_ drafts: some Sequence<EventDraft>) -> SessionProjection {
    var projection = SessionProjection()
    for (index, draft) in drafts.enumerated() {
      projection.apply(Event(seq: Int64(index + 1), time: Timestamp(microseconds: 1), content: draft))
    }
    return projection
  }

  private func request(_ call: String) -> EventDraft { EventDraft(.approvalRequest, "May I?", callID: call) }
  private func size(_ projection: SessionProjection) -> Int { JSONValue.object(projection.json).text.utf8.count }

  @Test func thirtyThousandRequestsLeaveTheNewest() {
    let projection = fold((1...30_000).lazy.map { request("call-\($0)") })
    #expect(projection.openApprovals.count == SessionProjection.approvalLimit)
    #expect(projection.openApprovals.last == "call-30000")
    #expect(projection.unlistedApprovals == 30_000 - Int64(SessionProjection.approvalLimit))
    #expect(size(projection) < 16 << 10)
    #expect(SessionProjection(json: projection.json) == projection)
  }

  @Test func aDecisionAboutOneThatIsNotListedCounts() {
    let requests = (1...300).map { request("call-\($0)") }
    let decisions = (1...299).map { EventDraft(.approvalDecision, "", callID: "call-\($0)") }
    let open = fold(requests + decisions)
    #expect(open.openApprovals == ["call-300"])
    #expect(open.unlistedApprovals == 0)
    #expect(open.activity == .approval)
    #expect(fold(requests + decisions + [EventDraft(.approvalDecision, "", callID: "call-300")]).activity == .working)
  }

  @Test func whatIsAskedTwiceIsOne() {
    #expect(fold([request("a"), request("a")]).openApprovals == ["a"])
  }

  @Test func noIdAndNoLineIsLongerThanItsBound() {
    let long = String(repeating: "x", count: 1_000_000)
    let marks = "a" + String(repeating: "\u{301}", count: 1_000_000)
    let projection = fold([
      EventDraft(.lifecycle, "", name: "runtime.started", detail: ["runtimeSessionID": .string(long)]),
      EventDraft(.user, long), EventDraft(.toolCall, marks, callID: long, name: long), request(long),
      EventDraft(.error, marks), EventDraft(.approvalRequest, marks, callID: "b", name: long),
    ])
    #expect(size(projection) < 4 << 10)
    #expect(projection.openApprovals == ["b"])
    #expect(projection.unlistedApprovals == 1)
    #expect(projection.runtimeSessionID == nil)
  }
}
