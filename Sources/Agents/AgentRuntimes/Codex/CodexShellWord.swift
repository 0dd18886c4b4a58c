/// The command inside `/bin/bash -lc '…'`, which is how Codex tells what it runs.
enum CodexShellWord {
  /// The script that the shell is given; the text as it stands when it is anything else than that.
  static func script(of command: String) -> String {
    for option in [" -lc ", " -c "] {
      guard let shell = command.firstRange(of: option) else { continue }
      let program = command[..<shell.lowerBound]
      guard !program.contains(" "), program.hasSuffix("sh"), let word = word(command[shell.upperBound...]) else {
        return command
      }
      return word
    }
    return command
  }

  /// The text as one POSIX shell word without its quotes; `nil` if it is not exactly one.
  private static func word(_ text: Substring) -> String? {
    var word = ""
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      switch (quote, character) {
      case (nil, "'"), (nil, "\""): quote = character
      case ("'", "'"), ("\"", "\""): quote = nil
      case (nil, "\\"), ("\"", "\\"):
        guard let next = rest.popFirst() else { return nil }
        // Inside double quotes a backslash is itself before anything that it need not protect.
        if quote != nil, !"\"\\$`\n".contains(next) { word.append(character) }
        word.append(next)
      case (nil, " "), (nil, "\n"), (nil, ";"), (nil, "&"), (nil, "|"): return nil
      default: word.append(character)
      }
    }
    return quote == nil ? word : nil
  }
}
