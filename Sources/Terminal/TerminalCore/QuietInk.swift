/// Chooses the style a changed cell is sent in. A blank shows no foreground, and changing colours costs a terminal some
/// twenty bytes, so a blank takes the ink of what was sent before it, where both have one ground.
package struct QuietInk: Sendable {
  private var last: Style?

  package init() {}

  /// The style for a cell; ask once for each cell that is sent, in the order of sending.
  package mutating func style(for cell: Cell) -> Style {
    if cell.text == " ", let last, Self.looksBlank(cell.style), Self.looksBlank(last),
      cell.style.background == last.background
    {
      return last
    }
    last = cell.style
    return cell.style
  }

  private static func looksBlank(_ style: Style) -> Bool {
    style.attributes.isDisjoint(with: [.underline, .reverse])
  }
}
