import ControlModel
import TerminalCore
import Testing

@testable import ConsoleUI

@Suite struct SessionListTests {
  private func line(of id: SessionID, in user: Operator) -> Int? {
    user.state.list.visible.firstIndex(of: id).map { $0 - user.state.list.top }
  }

  @Test func whoNeedsAHumanComesFirst() {
    let user = Operator()
    let order = [1, 6, 3, 2, 4, 5, 7].map { Fixture.id($0) }
    #expect(user.state.list.visible == order)
    #expect(user.state.list.selected == Fixture.id(1))
  }

  @Test func rowsKeepTheirPlacesWhileSomebodyMoves() {
    var user = Operator()
    user.press("down down")
    let before = user.state.list.visible
    var changed = Fixture.sessions
    changed[1].state = .approval
    user.happen(.sessionsLoaded(SessionListing(changed)))
    #expect(user.state.list.visible == before)
    #expect(user.screen.contains("order waits"))
    user.wait(3)
    #expect(user.state.list.visible.first == Fixture.id(1))
    #expect(user.state.list.visible[1] == Fixture.id(2))
    #expect(user.state.list.selected == Fixture.id(3))
  }

  @Test func theSelectedRowStaysOnItsLineWhenRowsComeAboveIt() {
    let many = (100..<200).map { Fixture.session($0, "session \($0)", .working, age: Double(1000 - $0)) }
    var user = Operator(120, 40, sessions: many)
    for _ in 0..<40 { user.press("down") }
    user.wait(5)
    let selected = Fixture.id(140)
    #expect(user.state.list.selected == selected)
    let before = line(of: selected, in: user)
    let urgent = (300..<310).map { Fixture.session($0, "urgent \($0)", .approval) }
    user.happen(.sessionsLoaded(SessionListing(many + urgent)))
    #expect(user.state.list.selected == selected)
    #expect(line(of: selected, in: user) == before)
  }

  @Test func aSessionThatIsGoneLeavesNoNeighbourSelected() {
    var user = Operator()
    user.press("down")
    #expect(user.state.list.selected == Fixture.id(6))
    user.wait(5)
    user.happen(.sessionsRefreshed([], missing: [Fixture.id(6)]))
    #expect(user.state.list.selected == nil)
    user.press("K")
    #expect(user.state.overlay == nil)
    #expect(user.screen.contains("No session is selected."))
    user.press("down")
    #expect(user.state.list.selected == Fixture.id(3))
  }

  @Test func aFilterNarrowsAsItIsTypedAndEscUndoesIt() {
    var user = Operator()
    user.press("/")
    user.type("research fail")
    #expect(user.state.list.visible == [Fixture.id(6)])
    user.press("esc")
    #expect(user.state.list.visible.count == 7)
    user.press("/")
    user.type("flaky")
    user.press("ret")
    #expect(user.state.list.selected == Fixture.id(2))
    // What no longer matches stays while it is selected.
    var renamed = Fixture.sessions[1]
    renamed.title = "something else"
    renamed.now = ""
    renamed.state = .waiting
    user.wait(5)
    user.happen(.sessionsRefreshed([renamed], missing: []))
    #expect(user.state.list.selected == Fixture.id(2))
  }

  @Test func aTeamShowsItsOwnSessionsAndSecrets() {
    var user = Operator()
    user.press("1 down")
    #expect(user.state.list.team == Fixture.name("engineering"))
    #expect(Set(user.state.list.visible) == Set([1, 2, 3].map { Fixture.id($0) }))
    #expect(user.state.shownSecrets.map(\.name) == ["ANTHROPIC_API_KEY", "GITHUB_TOKEN"])
  }

  @Test func whatIsSpentIsAskedForWhenSessionsChangedAndAtMidnight() {
    var spending = Spending()
    let noon = Timestamp(microseconds: 1_700_049_600_000_000)
    let midnight = LocalTime.utc.startOfDay(noon)
    #expect(spending.due(at: noon, .utc) == midnight)
    #expect(spending.due(at: noon.advanced(bySeconds: 60), .utc) == nil)
    spending.take(Usage(cost: USD(micros: 5)), since: midnight)
    #expect(spending.today == USD(micros: 5))
    spending.isStale = true
    #expect(spending.due(at: noon.advanced(bySeconds: 1), .utc) == nil)
    #expect(spending.due(at: noon.advanced(bySeconds: 3), .utc) == midnight)
    let tomorrow = midnight.advanced(bySeconds: 86_400)
    #expect(spending.due(at: tomorrow, .utc) == tomorrow)
    spending.take(Usage(cost: USD(micros: 9)), since: midnight)
    #expect(spending.today == .zero)
  }
}
