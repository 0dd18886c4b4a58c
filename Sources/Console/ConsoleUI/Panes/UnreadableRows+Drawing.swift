import ConsoleConfig
import ControlModel
import TerminalCore

extension Canvas {
  /// At the foot of a list, what of it cannot be read; returns the room above. At most half of the room is taken.
  mutating func unreadable(_ rows: [UnreadableRow], in rect: Rect) -> Rect {
    let count = min(rows.count, rect.rows / 2)
    guard count > 0 else { return rect }
    let rest = Rect(column: rect.left, row: rect.top, columns: rect.columns, rows: rect.rows - count)
    for (line, row) in rows.prefix(count).enumerated() {
      let isLast = line == count - 1 && rows.count > count
      let text: CleanText =
        isLast ? "⚠ \(rows.count - line) rows cannot be read" : "⚠ \(untrusted: row.id): \(untrusted: row.reason)"
      write(text, .secretWarning, in: rect.inset(columns: 1, rows: 0).row(rest.rows + line))
    }
    return rest
  }
}
