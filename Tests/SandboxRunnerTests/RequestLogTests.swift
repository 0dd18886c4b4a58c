import ControlModel
import Testing

@testable import SandboxRunner

@Suite struct RequestLogTests {
  /// A session that is spoken to for years: the newest requests are known, and no more are kept than the bound says.
  @Test func theNewestRequestsAreKnown() {
    var log = RequestLog()
    var ids: [OperationID] = []
    for number in 0..<20_000 {
      let id = OperationID.make(at: .now())
      ids.append(id)
      log.accept(id)
      if number % 2 == 0 { log.note(EventDraft(.user, "go", messageID: id.text)) }
    }
    #expect(ids.suffix(ClaimLimit.requests).allSatisfy { log.standing(of: $0) != .new })
    #expect(log.standing(of: ids[19_998]) == .recorded && log.standing(of: ids[19_999]) == .accepted)
    #expect(ids.count { log.standing(of: $0) != .new } <= 2 * ClaimLimit.requests)
  }

  /// What the runner denies by itself is no request.
  @Test func aDecisionOfTheRunnerIsNotKept() {
    var log = RequestLog()
    let id = OperationID.make(at: .now())
    log.note(EventDraft(.user, "go", messageID: id.text))
    for _ in 0..<10_000 { log.note(EventDraft(.approvalDecision, "Denied by the runner", callID: "c")) }
    #expect(log.standing(of: id) == .recorded)
  }
}
