import TerminalCore
import Testing

@Suite struct QuietInkTests {
  private let bold = Style(foreground: .indexed(1), background: .indexed(2), attributes: .bold)
  private let plain = Style(foreground: .indexed(3), background: .indexed(2))
  private let other = Style(foreground: .indexed(3), background: .indexed(4))

  private func sent(_ cells: [(String, Style)]) -> [Style] {
    var ink = QuietInk()
    return cells.map { ink.style(for: Cell(text: $0.0, width: 1, style: $0.1)) }
  }

  @Test func aBlankTakesTheInkOfWhatWasSentBeforeIt() {
    #expect(sent([("a", bold), (" ", plain), (" ", plain), ("b", plain)]) == [bold, bold, bold, plain])
  }

  @Test func aBlankKeepsItsGround() {
    #expect(sent([("a", bold), (" ", other), ("b", bold)]) == [bold, other, bold])
  }

  @Test func whatIsSeenOnABlankIsKept() {
    var lined = plain
    lined.attributes = .underline
    #expect(sent([("a", bold), (" ", lined), (" ", plain)]) == [bold, lined, plain])
    #expect(sent([(" ", plain)]) == [plain])
  }
}
