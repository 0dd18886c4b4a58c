import ConsoleConfig
import ControlModel
package import TerminalCore

/// Names, owners and who may use them; there is no value to show.
package enum SecretsPane {
  package static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    let isFocused = state.focus == .secrets
    canvas.title("Secrets", of: rect, isFocused: isFocused)
    let inner = canvas.unreadable(state.unreadableSecrets, in: rect.inset())
    let secrets = state.shownSecrets
    guard !secrets.isEmpty else { return drawEmpty(state, into: &canvas, inner) }
    let selected = secrets.firstIndex { state.selectedSecret == .init(team: $0.team, name: $0.name) }
    let anchor = selected ?? 0
    let top = max(0, min(anchor - inner.rows / 2, secrets.count - inner.rows))
    for (line, secret) in secrets.dropFirst(top).prefix(inner.rows).enumerated() {
      let isSelected = isFocused && top + line == selected
      let ground: Style? = isSelected ? canvas.theme[.listSelected] : nil
      let row = inner.row(line)
      if let ground { canvas.surface.fill(row, style: ground) }
      if inner.columns >= 60 {
        drawWide(secret, state, into: &canvas, row, ground)
      } else {
        drawNarrow(secret, into: &canvas, row, ground)
      }
    }
  }

  private static func drawNarrow(_ secret: Secret, into canvas: inout Canvas, _ row: Rect, _ ground: Style?) {
    let isUsed = !secret.bindings.isEmpty
    let mark = isUsed ? Span("✓ \(secret.bindings.count)", .secretSealed) : Span("⚠ unused", .secretWarning)
    let room = Rect(column: row.left + 1, row: row.top, columns: row.columns - 2, rows: 1)
    canvas.write(mark.text, mark.role, in: room, alignment: .trailing, over: ground)
    canvas.write(
      CleanText(untrusted: secret.name), .text,
      in: Rect(column: room.left, row: room.top, columns: room.columns - mark.text.width - 1, rows: 1), over: ground)
  }

  private static func drawWide(
    _ secret: Secret, _ state: ConsoleState, into canvas: inout Canvas, _ row: Rect, _ ground: Style?
  ) {
    let agents = secret.bindings.map(\.text).joined(separator: ", ")
    let columns = row.inset(columns: 1, rows: 0).splitColumns([
      .share(2, minimum: 16, maximum: 32), .share(1, minimum: 10, maximum: 24), .share(2, minimum: 12, maximum: 28),
      .share(3, minimum: 10), .fixed(20),
    ])
    let texts: [CleanText] = [
      CleanText(untrusted: secret.name), CleanText(untrusted: secret.team.text),
      "sealed by \(untrusted: secret.owner)",
      secret.bindings.isEmpty ? "⚠ no agent may use it" : "for \(untrusted: agents)",
      state.localTime.dateAndTime(secret.updatedAt),
    ]
    for (text, column) in zip(texts, columns) {
      let room = Rect(column: column.left, row: column.top, columns: column.columns - 1, rows: 1)
      canvas.write(text, text == texts[0] ? .text : .textDim, in: room, over: ground)
    }
  }

  private static func drawEmpty(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    canvas.emptyText(
      state.areSecretsLoaded ? ["No secrets.", "Seal one:", "paddock secret set NAME"] : ["Loading…"], in: rect)
  }
}
