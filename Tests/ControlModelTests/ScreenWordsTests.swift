import ControlModel
import Testing

@Suite struct ScreenWordsTests {
  @Test func partsComeIntoTheirPlacesFromLeftToRight() {
    #expect(SessionReason.spent.told("$2", "$1") == "It has cost $2, and its budget is $1.")
    #expect(SessionReason.unconfirmed.told() == SessionReason.unconfirmed.rawValue)
  }

  @Test func aPlaceWithoutAPartStaysAndAPartHasNoPlaces() {
    #expect(SessionReason.spent.told("$2", "$1.") == "It has cost $2, and its budget is $1.")
    #expect(SessionReason.unseen.told("noon") == "since noon UTC: …")
    #expect(SessionReason.unseen.told("…", "it says … so") == "since … UTC: it says … so")
    #expect(SessionReason.silent.told("noon", "and more") == "silent since noon UTC")
  }
}
