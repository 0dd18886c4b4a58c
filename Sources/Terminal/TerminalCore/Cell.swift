/// One place on the screen.
package struct Cell: Sendable, Hashable {
  /// A spacing scalar and the marks that combine with it; empty in the right half of a wide cell.
  package var text: String
  /// Columns taken: 1, 2 for a wide character, 0 for the right half of one.
  package var width: UInt8
  package var style: Style

  package init(text: String, width: UInt8, style: Style) {
    self.text = text
    self.width = width
    self.style = style
  }

  package static func blank(_ style: Style = .plain) -> Cell { Cell(text: " ", width: 1, style: style) }
  static func continuation(_ style: Style) -> Cell { Cell(text: "", width: 0, style: style) }
}
