import TerminalCore

extension ThemeDefinition {
  /// The complete theme that all others lie over. `themes/dark.yaml` says the same, for its readers.
  ///
  /// Colours are of xterm's 256, so that nothing is lost on the way to a terminal; text has a contrast of at least
  /// 4.5 to its ground.
  package static let builtIn = ThemeDefinition(
    name: "dark",
    palette: [
      "ground": ThemeColor(.rgb(0x1C, 0x1C, 0x1C), ansi: .indexed(0)),
      "raised": ThemeColor(.rgb(0x30, 0x30, 0x30), ansi: .indexed(0)),
      "ink": ThemeColor(.rgb(0xD0, 0xD0, 0xD0), ansi: .indexed(7)),
      "bright": ThemeColor(.rgb(0xFF, 0xFF, 0xFF), ansi: .indexed(15)),
      "faint": ThemeColor(.rgb(0x94, 0x94, 0x94), ansi: .indexed(7)),
      "line": ThemeColor(.rgb(0x58, 0x58, 0x58), ansi: .indexed(7)),
      "accent": ThemeColor(.rgb(0x5F, 0xD7, 0xD7), ansi: .indexed(6)),
      "selection": ThemeColor(.rgb(0x00, 0x00, 0x87), ansi: .indexed(4)),
      "blue": ThemeColor(.rgb(0x87, 0xAF, 0xFF), ansi: .indexed(12)),
      "green": ThemeColor(.rgb(0x87, 0xD7, 0x87), ansi: .indexed(2)),
      "yellow": ThemeColor(.rgb(0xFF, 0xD7, 0x5F), ansi: .indexed(11)),
      "orange": ThemeColor(.rgb(0xFF, 0xAF, 0x5F), ansi: .indexed(3)),
      "red": ThemeColor(.rgb(0xFF, 0x87, 0x87), ansi: .indexed(9)),
      "violet": ThemeColor(.rgb(0xD7, 0xAF, 0xFF), ansi: .indexed(13)),
    ],
    roles: builtInRoles)

  private static let builtInRoles: [String: Looks] = [
    "text": Looks("ink", on: "ground"),
    "text.dim": Looks("faint"),
    "text.bold": Looks("bright", .bold),
    "header": Looks("ink", on: "raised"),
    "header.alarm": Looks("red", .bold),
    "pane.border": Looks("line"),
    "pane.border.focused": Looks("accent"),
    "pane.title": Looks("ink", .bold),
    "list.header": Looks("faint", .bold),
    "list.selected": Looks("bright", on: "selection", .bold),
    "list.selected.unfocused": Looks("bright", on: "raised"),
    "state.starting": Looks("blue"),
    "state.working": Looks("green"),
    "state.waiting": Looks("yellow"),
    "state.approval": Looks("orange", .bold),
    "state.suspended": Looks("faint"),
    "state.restarting": Looks("blue"),
    "state.stalled": Looks("orange"),
    "state.paused": Looks("orange"),
    "state.failed": Looks("red", .bold),
    "state.finished": Looks("faint"),
    "state.killed": Looks("faint"),
    "transcript.user": Looks("yellow", .bold),
    "transcript.thinking": Looks("faint", .italic),
    "transcript.tool": Looks("accent"),
    "transcript.result": Looks("green"),
    "transcript.error": Looks("red"),
    "transcript.output": Looks("faint"),
    "transcript.time": Looks("faint"),
    "transcript.lifecycle": Looks("blue"),
    "transcript.operation": Looks("violet"),
    "diff.added": Looks("green"),
    "diff.removed": Looks("red"),
    "secret.sealed": Looks("green"),
    "secret.warning": Looks("orange", .bold),
    "bar": Looks("ink", on: "raised"),
    "bar.key": Looks("accent", .bold),
    "dialog": Looks("ink", on: "raised"),
    "dialog.danger": Looks("red", .bold),
    "prompt": Looks("bright", on: "ground"),
    "search.match": Looks("ground", on: "yellow"),
    "notice.info": Looks("blue"),
    "notice.warning": Looks("orange"),
    "notice.error": Looks("red", .bold),
  ]
}
