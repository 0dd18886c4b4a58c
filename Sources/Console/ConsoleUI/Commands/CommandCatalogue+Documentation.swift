package import ConsoleConfig
import ControlModel
import TerminalCore

extension CommandCatalogue {
  /// The text of docs/commands.md for a keymap; a test compares the two.
  package static func documentation(keymap: Keymap) -> String {
    var lines = [
      "# Commands of the console", "",
      "Made from the command catalogue (`Sources/Console/ConsoleUI/Commands`) and the default keymap; a test fails when",
      "it is not fresh, and `RECORD_SCREENS=1` writes it anew. Keymaps bind keys to these names, the `:` prompt takes",
      "them as they are.",
    ]
    for scope in Command.Scope.allCases {
      lines += ["", "## \(scope.title.text)", "", "| command | keys | what it does |", "|---|---|---|"]
      lines += commands.filter { $0.scope == scope }.map { row($0, keymap) }
    }
    lines += ["", "## Words of the prompt", "", "| word | what it does |", "|---|---|"]
    lines += Prompt.words.map { word in
      "| `:\(word.name)\(word.argument.isEmpty ? "" : " " + word.argument.text)` | \(word.help.text) |"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ command: Command, _ keymap: Keymap) -> String {
    let keys = keymap.sequences(for: command.name.rawValue).map { "`\($0.description)`" }.joined(separator: " ")
    let asks: String =
      switch command.danger {
      case .none: ""
      case .asks: " Asks first."
      case .destroys: " Asks first, and for a reason."
      }
    return "| `\(command.name.rawValue)` | \(keys) | \(command.help.text)\(asks) |"
  }
}
