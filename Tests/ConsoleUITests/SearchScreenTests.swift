import ConsoleUI
import ControlModel
import TerminalCore
import Testing

@Suite struct SearchScreenTests {
  private func searching(_ columns: Int, _ rows: Int, for words: String) -> Operator {
    var user = Operator(columns, rows)
    user.press("g /")
    user.type(words)
    user.press("ret")
    return user
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func hitsOfAllSessionsAreShown(columns: Int, rows: Int) throws {
    var user = searching(columns, rows, for: "test")
    user.press("down")
    try Screens.expect(user.surface(), "search-\(columns)x\(rows)")
  }

  @Test func aHitOpensItsSessionAtItsPlace() {
    var user = searching(120, 40, for: "table of lengths")
    user.press("ret")
    #expect(user.state.overlay == nil)
    #expect(user.state.focus == .transcript)
    #expect(user.state.transcript?.session == Fixture.id(2))
    #expect(user.state.transcript?.cursor == 11)
    #expect(user.state.transcript?.isFollowing == false)
  }

  @Test func aHitFarFromTheEndIsReadThere() {
    let long = (1...5000).map { Fixture.event(Int64($0), .assistant, $0 == 1234 ? "a needle" : "hay") }
    var sessions = Fixture.sessions
    sessions[2].events = 5000
    var user = Operator(120, 40, sessions: sessions, histories: [Fixture.id(3): long])
    user.press(":")
    user.type("search needle")
    user.press("ret ret")
    #expect(user.state.transcript?.cursor == 1234)
    #expect(user.screen.contains("a needle"))
  }

  @Test func whatIsTypedAnewIsAskedAnew() {
    var user = searching(120, 40, for: "nowhere")
    #expect(user.screen.contains("Nothing was found."))
    for _ in 0..<7 { user.press("backspace") }
    user.type("February")
    user.press("ret")
    #expect(user.screen.contains("Add a test for February"))
    user.press("esc")
    #expect(user.state.overlay == nil)
  }

  @Test func aFailureIsSaidAndTheWordsAreKept() {
    var user = Operator()
    user.press("g /")
    user.type("flaky")
    let query = SearchQuery(text: "flaky", limit: SearchView.limit)
    _ = user.state.handle(.key(.enter), at: user.time)
    user.happen(.failed(ControlFailure(.malformed, "The words cannot be searched for."), during: .search(query)))
    #expect(user.screen.contains("The words cannot be searched for."))
    #expect(user.screen.contains("flaky"))
    #expect(!user.screen.contains("Searching"))
  }
}
