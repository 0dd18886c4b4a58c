import ControlCore
import ControlModel
import Testing

@Suite struct ForeignPlanTests {
  private func plan(
    _ observed: [ForeignSandbox], _ stored: [ForeignSession], isOwn: (SessionID) -> Bool = { _ in true }
  ) -> ForeignPlan { ForeignPlan(observed: observed, stored: stored, isOwn: isOwn) }

  @Test func whatIsStoredAsItIsIsNotWrittenAgain() throws {
    #expect(plan([Sample.sandbox()], [try Sample.row()]) == plan([], []))
  }

  @Test func whatIsNewAndWhatHasChangedIsWritten() throws {
    #expect(plan([Sample.sandbox()], []).mirrors.map(\.state) == [.working])
    let changed = Sample.sandbox(version: "8", mode: .suspended, pod: nil)
    #expect(plan([changed], [try Sample.row()]).mirrors.map(\.state) == [.suspended])
    #expect(plan([Sample.sandbox()], [try Sample.row(isGone: true)]).mirrors.count == 1)
  }

  @Test func aReasonIsAsLongAsTheStoreKeepsIt() {
    var sandbox = Sample.sandbox(isReady: false)
    let message = String(repeating: "\0é", count: 20_000)
    for index in sandbox.conditions.indices { sandbox.conditions[index].message = message }
    let reason = plan([sandbox], []).mirrors.first?.reason ?? ""
    #expect(!reason.isEmpty && reason.utf8.count <= 8_192 && !reason.utf8.contains(0))
  }

  @Test func whatIsNotThereAnyMoreIsForsakenOnce() throws {
    #expect(plan([], [try Sample.row()]).forsaken == [Sample.id])
    #expect(plan([], [try Sample.row(isGone: true)]).forsaken.isEmpty)
  }

  @Test func whatIsAnotherCoresIsLeftToIt() throws {
    let other = Sample.sandbox(.make(at: noon))
    let nothing = plan([other], [try Sample.row()]) { _ in false }
    #expect(nothing.mirrors.isEmpty)
    #expect(nothing.forsaken.isEmpty)
  }

  @Test func itsStateIsWhatItsConditionsAndItsLogSay() throws {
    func state(_ sandbox: ForeignSandbox, _ activity: SessionProjection.Activity = .working) -> SessionState {
      sandbox.state(activity).state
    }
    #expect(state(Sample.sandbox()) == .working)
    #expect(state(Sample.sandbox(), .waiting) == .waiting)
    #expect(state(Sample.sandbox(isReady: false)) == .starting)
    #expect(Sample.sandbox(isReady: false).state(.idle).reason == "No node.")
    #expect(state(Sample.sandbox(mode: .suspended), .waiting) == .suspended)
    var ended = Sample.sandbox()
    ended.conditions.append(
      .init(type: "Finished", isTrue: true, reason: "PodFailed", message: "It ran out of memory.", since: noon))
    #expect(state(ended) == .finished)
    ended.pod?.hasFailed = true
    #expect(ended.state(.working) == DerivedState(.failed, "It ran out of memory."))
  }
}
