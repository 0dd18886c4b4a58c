import ControlCore
import ControlModel
import Testing

@Suite struct ReconcileStepTests {
  private func step(_ observation: SessionObservation) -> ReconcileStep {
    observation.nextStep(policy: RestartPolicy(), now: noon)
  }

  @Test func aNewSessionGetsASandbox() throws {
    #expect(step(try makeObservation()) == .create)
  }

  @Test func aReadySandboxIsConnectedOnce() throws {
    let sandbox = try makeSandbox()
    #expect(step(try makeObservation(sandbox: sandbox)) == .connect(sandbox.reference))
    #expect(step(try makeObservation(sandbox: sandbox, isConnected: true)) == .none)
    #expect(step(try makeObservation(sandbox: try makeSandbox(ready: false))) == .none)
  }

  @Test func aNewGenerationEndsTheOldSandboxBeforeItMakesAnother() throws {
    let running = try makeSandbox()
    #expect(step(try makeObservation(generation: 2, sandbox: running)) == .suspend(running.reference))
    let ended = try makeSandbox(mode: .suspended)
    #expect(step(try makeObservation(generation: 2, sandbox: ended)) == .delete(ended.reference))
    #expect(step(try makeObservation(generation: 2)) == .create)
  }

  @Test func aSandboxFromTheFutureIsLeftAlone() throws {
    #expect(step(try makeObservation(generation: 1, sandbox: try makeSandbox(generation: 2))) == .none)
  }

  @Test func killingEndsInOrderAndKeepsTheVolume() throws {
    let running = try makeSandbox()
    #expect(step(try makeObservation(desired: .killed, sandbox: running)) == .suspend(running.reference))
    let ended = try makeSandbox(mode: .suspended)
    #expect(step(try makeObservation(desired: .killed, sandbox: ended)) == .delete(ended.reference))
    #expect(step(try makeObservation(desired: .killed)) == .none)
    #expect(step(try makeObservation(desired: .purged)) == .purge)
  }

  @Test func suspendAndResumeKeepTheSandbox() throws {
    let running = try makeSandbox()
    let suspended = try makeSandbox(mode: .suspended)
    #expect(step(try makeObservation(desired: .suspended, sandbox: running)) == .suspend(running.reference))
    #expect(step(try makeObservation(desired: .suspended, sandbox: suspended)) == .none)
    #expect(step(try makeObservation(sandbox: suspended)) == .resume(suspended.reference))
  }

  @Test func aRuntimeThatEndedByItselfIsNotStartedAgain() throws {
    let sandbox = try makeSandbox()
    let ended = try makeObservation(activity: .finished, lastSeq: 9, sandbox: sandbox, isConnected: true)
    #expect(step(ended) == .suspend(sandbox.reference))
    #expect(
      step(try makeObservation(activity: .finished, lastSeq: 9, sandbox: try makeSandbox(mode: .suspended))) == .none)
    #expect(step(try makeObservation(activity: .finished, lastSeq: 9)) == .none)
    #expect(step(try makeObservation(generation: 2, activity: .finished, lastSeq: 9)) == .create)
  }

  @Test func anUnaskedEndIsRestartedWithPatience() throws {
    let dead = try makeSandbox(ready: false, finished: "ProcessEnded")
    func observed(_ ages: [Double]) throws -> SessionObservation {
      try makeObservation(
        activity: .working, lastSeq: 9, sandbox: dead, crashes: ages.map { noon.advanced(bySeconds: -$0) })
    }
    #expect(step(try observed([0])) == .restart(dead.reference))
    #expect(step(try observed([2, 0])) == .wait(until: noon.advanced(bySeconds: 1)))
    #expect(step(try observed([9, 5, 0])) == .wait(until: noon.advanced(bySeconds: 2)))
    #expect(step(try observed([700, 690, 680, 0])) == .restart(dead.reference))
    guard case .giveUp = step(try observed([6, 5, 4, 3, 2, 1, 0])) else {
      Issue.record("It should have given up.")
      return
    }
  }

  @Test func aSandboxThatCannotStartIsNotTriedForEver() throws {
    let broken = try makeSandbox(ready: false, finished: "WorkspaceFailed")
    #expect(step(try makeObservation(sandbox: broken)) == .none)
  }
}
