import ConsoleConfig
import TerminalCore

/// All commands with their keys, from the catalogue and the keymap in use.
package enum HelpPane {
  package static func draw(_ view: HelpView, _ state: ConsoleState, into canvas: inout Canvas) {
    let rect = canvas.surface.bounds.centered(Size(columns: 92, rows: canvas.surface.size.rows - 2))
    let inner = canvas.frame(
      rect, title: "Help · keymap \(untrusted: state.keymap.name) · ↑ ↓ scroll · esc close", border: .paneBorderFocused,
      ground: .dialog)
    let lines = lines(state)
    let top = min(view.top, max(0, lines.count - inner.rows))
    for (row, spans) in lines.dropFirst(top).prefix(inner.rows).enumerated() {
      let place = inner.row(row)
      canvas.write(spans, column: place.left, row: place.top, within: place, over: canvas.theme[.dialog])
    }
  }

  private static func lines(_ state: ConsoleState) -> [[Span]] {
    var lines: [[Span]] = []
    for scope in Command.Scope.allCases {
      lines += [[Span(scope.title, .paneTitle)]]
      for command in CommandCatalogue.commands where command.scope == scope {
        lines.append(line(command, state))
      }
      lines.append([])
    }
    lines.append([Span("Words of the : prompt, besides the commands' names", .paneTitle)])
    for word in Prompt.words {
      let usage: CleanText = ":\(untrusted: word.name) \(word.argument)"
      lines.append([Span(usage + .spaces(22 - usage.width), .barKey), Span(word.help, .text)])
    }
    return lines + [[], [Span("Every key can be bound anew: see docs/commands.md for the names.", .textDim)]]
  }

  private static func line(_ command: Command, _ state: ConsoleState) -> [Span] {
    let keys = state.keymap.sequences(for: command.name.rawValue).map { KeySequenceText($0.keys).text }
    let shown = CleanText(untrusted: keys.prefix(3).joined(separator: "  ")).truncated(to: 20)
    let why = command.disabledReason(state)
    let help = Span(command.help, why == nil ? .text : .textDim)
    return [Span(shown + .spaces(22 - shown.width), .barKey), help]
  }
}

extension Command.Scope {
  package var title: CleanText {
    switch self {
    case .global: "Everywhere"
    case .list: "Lists"
    case .session: "The selected session"
    case .transcript: "Transcript"
    }
  }
}
