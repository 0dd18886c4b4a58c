import ControlCore
import ControlModel
import Testing

@Suite struct SessionStateTests {
  private func state(_ observation: SessionObservation, at now: Timestamp = noon) -> DerivedState {
    observation.state(policy: RestartPolicy(), stallAfter: 600, now: now)
  }

  @Test func comingUpIsStartingOrRestarting() throws {
    #expect(state(try makeObservation()).state == .starting)
    #expect(state(try makeObservation(lastSeq: 3)).state == .restarting)
    let preparing = state(try makeObservation(sandbox: try makeSandbox(ready: false)))
    #expect(preparing == DerivedState(.starting, "making the workspace"))
  }

  @Test func readyIsNotUsableUntilTheRunnerHasAnswered() throws {
    let sandbox = try makeSandbox()
    #expect(state(try makeObservation(activity: .working, lastSeq: 3, sandbox: sandbox)).state == .restarting)
    var deaf = try makeObservation(activity: .working, lastSeq: 3, sandbox: sandbox)
    deaf.unansweredSince = noon
    #expect(state(deaf, at: noon.advanced(bySeconds: 29)).state == .restarting)
    let after = DerivedState(.unknown, "its runner has not answered since \(noon.timeOfDay) UTC")
    #expect(state(deaf, at: noon.advanced(bySeconds: 30)) == after)
    deaf.sandbox = nil
    #expect(state(deaf, at: noon.advanced(bySeconds: 30)).state == .restarting)
    let old = try makeObservation(
      generation: 2, activity: .working, projectionGeneration: 1, lastSeq: 3, sandbox: try makeSandbox(generation: 2),
      isConnected: true)
    #expect(state(old).state == .restarting)
  }

  @Test(arguments: [
    (SessionProjection.Activity.working, SessionState.working), (.waiting, .waiting), (.approval, .approval),
    (.finished, .finished), (.failed, .failed),
  ])
  func eventsDecideOnceItRuns(activity: SessionProjection.Activity, expected: SessionState) throws {
    let observed = try makeObservation(activity: activity, lastSeq: 3, sandbox: try makeSandbox(), isConnected: true)
    #expect(state(observed).state == expected)
  }

  @Test func silenceWithinATurnIsAStall() throws {
    let observed = try makeObservation(activity: .working, lastSeq: 3, sandbox: try makeSandbox(), isConnected: true)
    #expect(state(observed, at: noon.advanced(bySeconds: 601)).state == .stalled)
    #expect(state(observed, at: noon.advanced(bySeconds: 599)).state == .working)
  }

  @Test func intentOutranksEvents() throws {
    #expect(state(try makeObservation(desired: .suspended, activity: .working)).state == .suspended)
    #expect(state(try makeObservation(desired: .killed, activity: .working)).state == .killed)
    #expect(state(try makeObservation(desired: .archived)).state == .finished)
  }

  @Test func theReaperNamesItsReason() throws {
    let observed = try makeObservation(activity: .waiting, lastSeq: 3, sandbox: try makeSandbox(), isConnected: true)
    let limits = AgentSpec.Limits(idleTimeout: 60)
    #expect(Reaper.request(for: observed, limits: limits, now: noon.advanced(bySeconds: 59)) == nil)
    let request = Reaper.request(for: observed, limits: limits, now: noon.advanced(bySeconds: 60))
    #expect(request?.kind == .suspend)
    #expect(Reaper.request(for: observed, limits: AgentSpec.Limits(budget: .zero), now: noon)?.kind == .suspend)
  }

  /// A restart grants nothing anew.
  @Test func nothingIsStartedOnASpentBudget() throws {
    let reason = "It has cost $0.04, and its budget is $0.02."
    let suspended = try makeSandbox(mode: .suspended)
    for sandbox in [nil, suspended, try makeSandbox(finished: "RunnerExited")] {
      var observed = try makeObservation(lastSeq: 3, sandbox: sandbox)
      observed.projection.cost = USD(micros: 39_900)
      let before = observed.nextStep(policy: RestartPolicy(), now: noon)
      #expect(before != .none)
      observed.budget = USD(micros: 20_000)
      #expect(observed.nextStep(policy: RestartPolicy(), now: noon) == .none)
      #expect(observed.state(policy: RestartPolicy(), stallAfter: 60, now: noon) == DerivedState(.failed, reason))
      observed.budget = 1
      #expect(observed.nextStep(policy: RestartPolicy(), now: noon) == before)
    }
    // What runs is ended in order, by an operation that says why.
    var observed = try makeObservation(activity: .waiting, lastSeq: 3, sandbox: try makeSandbox(), isConnected: true)
    (observed.projection.cost, observed.budget) = (1, 1)
    #expect(observed.state(policy: RestartPolicy(), stallAfter: 60, now: noon).state == .waiting)
  }

  @Test func aTaskInTheBackgroundHoldsTheReaperOffForAWhile() throws {
    var observed = try makeObservation(activity: .waiting, lastSeq: 3, sandbox: try makeSandbox(), isConnected: true)
    observed.projection.tasks = [BackgroundTask(id: "t", title: "a server", since: noon)]
    let limits = AgentSpec.Limits(idleTimeout: 60)
    let end = Reaper.longestTask
    #expect(Reaper.request(for: observed, limits: limits, now: noon.advanced(bySeconds: end - 1)) == nil)
    #expect(Reaper.request(for: observed, limits: limits, now: noon.advanced(bySeconds: end))?.kind == .suspend)
  }
}
