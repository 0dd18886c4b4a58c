import ConsoleConfig
import ControlModel
package import TerminalCore

package enum TeamsPane {
  package static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    let isFocused = state.focus == .teams
    canvas.title("Teams", of: rect, isFocused: isFocused)
    let inner = canvas.unreadable(state.unreadableTeams, in: rect.inset())
    guard !state.teams.isEmpty else { return drawEmpty(state, into: &canvas, inner) }
    let counts = state.totals.sessions
    let total = counts.values.reduce(0, +)
    let rows: [(name: ResourceName?, count: Int, isTroubled: Bool)] =
      [(nil, total, false)] + state.teams.map { ($0.name, counts[$0.name] ?? 0, $0.trouble != nil) }
    let selected = rows.firstIndex { $0.name == state.list.team } ?? 0
    let top = max(0, min(selected - inner.rows / 2, rows.count - inner.rows))
    for (line, row) in rows.dropFirst(top).prefix(inner.rows).enumerated() {
      let name = row.name.map { CleanText(untrusted: $0.text) } ?? "all"
      let place = inner.row(line)
      let ground = ground(isSelected: top + line == selected, isFocused, canvas)
      if let ground { canvas.surface.fill(place, style: ground) }
      // `paddock team show` tells what it is.
      if row.isTroubled { canvas.write("!", .secretWarning, in: place, over: ground) }
      draw(name, row.count, isSelected: top + line == selected, over: ground, into: &canvas, place)
    }
  }

  private static func ground(isSelected: Bool, _ isFocused: Bool, _ canvas: Canvas) -> Style? {
    isSelected ? canvas.theme[isFocused ? .listSelected : .listSelectedUnfocused] : nil
  }

  private static func draw(
    _ name: CleanText, _ count: Int, isSelected: Bool, over ground: Style?, into canvas: inout Canvas, _ rect: Rect
  ) {
    let number: CleanText = "\(count)"
    let mark: CleanText = isSelected ? " ◂" : "  "
    let room = Rect(column: rect.left + 1, row: rect.top, columns: rect.columns - 1, rows: 1)
    canvas.write(
      name, .text, in: Rect(column: room.left, row: room.top, columns: room.columns - number.width - 4, rows: 1),
      over: ground)
    canvas.write(
      number + mark, isSelected ? .text : .textDim,
      in: Rect(column: room.left, row: room.top, columns: room.columns - 1, rows: 1), alignment: .trailing, over: ground
    )
  }

  private static func drawEmpty(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    canvas.emptyText(
      state.areTeamsLoaded ? ["No teams yet.", "Make one:", "paddock team create NAME"] : ["Loading…"], in: rect)
  }
}
