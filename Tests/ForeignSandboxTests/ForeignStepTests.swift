import ControlCore
import ControlModel
import Testing

@Suite struct ForeignStepTests {
  @Test(arguments: [
    (Operation.Kind.suspend, ForeignAction.suspend), (.restart, .restart), (.kill, .kill),
  ])
  func whatWasLookedAtIsActedOn(kind: Operation.Kind, action: ForeignAction) throws {
    let step = ForeignStep(try Sample.operation(kind), on: try Sample.row(), Sample.sandbox())
    #expect(step == .act(action))
  }

  @Test(arguments: [Operation.Kind.suspend, .restart, .kill])
  func anotherVersionThanTheOneLookedAtIsLeftAlone(kind: Operation.Kind) throws {
    let stale = try Sample.operation(kind, generation: 2, at: noon.advanced(bySeconds: 60))
    #expect(isFailure(ForeignStep(stale, on: try Sample.row(), Sample.sandbox()), "changed"))
    // The store is behind the cluster.
    let step = ForeignStep(
      try Sample.operation(kind, at: noon.advanced(bySeconds: 60)), on: try Sample.row(), Sample.sandbox(version: "8"))
    #expect(isFailure(step, "changed"))
  }

  @Test func whatIsDoneAlreadyHasSucceededWhateverChangedBy() throws {
    let suspended = Sample.sandbox(version: "9", mode: .suspended, pod: nil)
    let step = ForeignStep(try Sample.operation(.suspend), on: try Sample.row(generation: 4), suspended)
    #expect(step == .finish(.succeeded))
    #expect(ForeignStep(try Sample.operation(.kill), on: try Sample.row(), nil) == .finish(.succeeded))
  }

  @Test func aRestartIsOverWhenAnotherPodIsThere() throws {
    let (operation, row) = (try Sample.operation(.restart), try Sample.row(generation: 4))
    #expect(ForeignStep(operation, on: row, Sample.sandbox(), actedOn: "pod-1") == .wait)
    #expect(ForeignStep(operation, on: row, Sample.sandbox(pod: nil), actedOn: "pod-1") == .wait)
    let renewed = Sample.sandbox(pod: Sample.pod("pod-2"))
    #expect(ForeignStep(operation, on: row, renewed, actedOn: "pod-1") == .finish(.succeeded))
  }

  @Test func aRestartThatAKilledCoreAskedForIsNotAskedForAgain() throws {
    var pod = Sample.pod("pod-2")
    pod.createdAt = noon.advanced(bySeconds: 5)
    let step = ForeignStep(
      try Sample.operation(.restart), on: try Sample.row(generation: 4), Sample.sandbox(version: "9", pod: pod))
    #expect(step == .finish(.succeeded))
  }

  @Test(arguments: [Operation.Kind.message, .interrupt, .approve, .deny])
  func nobodySpeaksToItsAgent(kind: Operation.Kind) throws {
    let step = ForeignStep(try Sample.operation(kind), on: try Sample.row(), Sample.sandbox())
    #expect(isFailure(step, "somebody else's"))
  }

  @Test func onlyTheHistoryOfOneThatIsGoneIsPurged() throws {
    let operation = try Sample.operation(.purge)
    #expect(isFailure(ForeignStep(operation, on: try Sample.row(), Sample.sandbox()), "still there"))
    #expect(ForeignStep(operation, on: try Sample.row(isGone: true), nil) == .purge)
  }

  private func isFailure(_ step: ForeignStep, _ words: String) -> Bool {
    guard case .finish(.failed(let why)) = step else { return false }
    return why.contains(words)
  }
}
