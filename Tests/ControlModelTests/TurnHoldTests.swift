import ControlModel
import Testing

@Suite struct TurnHoldTests {
  private let start = Timestamp(microseconds: 1_795_435_200_000_000)

  private func projection(_ activity: SessionProjection.Activity, since seconds: Double) -> SessionProjection {
    var projection = SessionProjection()
    (projection.activity, projection.activitySince) = (activity, start.advanced(bySeconds: seconds))
    return projection
  }

  @Test func aTurnIsHeldAfterAWhileAndUntilItIsOver() {
    var hold = TurnHold()
    hold.follow(projection(.working, since: 0), at: start.advanced(bySeconds: 29))
    #expect(!hold.isHeld)
    hold.follow(projection(.working, since: 0), at: start.advanced(bySeconds: 30))
    #expect(hold.isHeld)
    // It asks for something and goes on: the same turn.
    hold.follow(projection(.approval, since: 100), at: start.advanced(bySeconds: 101))
    hold.follow(projection(.working, since: 110), at: start.advanced(bySeconds: 111))
    #expect(hold.isHeld)
    hold.follow(projection(.waiting, since: 120), at: start.advanced(bySeconds: 121))
    #expect(!hold.isHeld)
  }

  @Test func aTurnWithoutEndIsNotHeldForEver() {
    var hold = TurnHold()
    hold.follow(projection(.working, since: 0), at: start.advanced(bySeconds: 40))
    hold.follow(projection(.working, since: 0), at: start.advanced(bySeconds: 1_839))
    #expect(hold.isHeld)
    for second in stride(from: 1_840.0, to: 10_000, by: 100) {
      hold.follow(projection(.working, since: 0), at: start.advanced(bySeconds: second))
      #expect(!hold.isHeld)
    }
    // The next turn is another one.
    hold.follow(projection(.waiting, since: 10_000), at: start.advanced(bySeconds: 10_001))
    hold.follow(projection(.working, since: 10_002), at: start.advanced(bySeconds: 10_040))
    #expect(hold.isHeld)
  }

  /// Another core goes on with what it finds.
  @Test func aHoldThatWasFoundIsCountedFromItsBeginning() {
    var hold = TurnHold(since: start)
    hold.follow(projection(.working, since: -50), at: start.advanced(bySeconds: 1_799))
    #expect(hold.isHeld)
    hold.follow(projection(.working, since: -50), at: start.advanced(bySeconds: 1_800))
    #expect(!hold.isHeld)
  }

  @Test(arguments: [
    (SessionState.waiting, 500.0, "goes on elsewhere"), (.working, 12, "would be cut: in a turn for 12 s"),
    (.working, 130, "is waited for: in a turn for 2 min, at most 28 min more"),
    (.approval, 60, "is waited for: in a turn for 60 s, at most 29 min more"),
    (.working, 4_000, "would be cut: in a turn for 66 min"),
  ])
  func aDrainIsForetold(state: SessionState, seconds: Double, sentence: String) throws {
    let session = Session(
      id: .make(at: start), team: try ResourceName("a"), agent: try ResourceName("b"), runtime: .claudeCode, title: "",
      desired: .running, generation: 1, state: state, stateReason: "", stateSince: start, createdAt: start)
    #expect(DrainOutlook(session, at: start.advanced(bySeconds: seconds)).sentence == sentence)
  }
}
