/// The `:` line: a command's name, or a word with an argument.
package struct Prompt: Sendable, Hashable {
  package var line: LineEditor
  /// The word that completion has put in, among those it can put in.
  package private(set) var candidate: Int?
  private var completing = ""

  package init(_ text: String = "") { line = LineEditor(text) }

  /// A word of the prompt besides the commands' names.
  package struct Word: Sendable {
    package let name: String
    /// What it takes, as help shows it.
    package let argument: CleanText
    package let help: CleanText
  }

  package static let words: [Word] = [
    Word(name: "theme", argument: "NAME", help: "Switch to a theme."),
    Word(name: "keymap", argument: "NAME", help: "Switch to a keymap."),
    Word(name: "filter", argument: "TEXT", help: "Show only sessions that have all the words."),
    Word(name: "search", argument: "WORDS", help: "Search the histories of all sessions."),
    Word(name: "goto", argument: "SEQ", help: "Go to an event of the open session by its number."),
    Word(name: "export", argument: "FILE", help: "Write the open session's whole history to a file."),
    Word(name: "save-screen", argument: "FILE", help: "Write what the screen shows to a file, as text."),
    Word(name: "describe", argument: "", help: "Show the details of the selected session's sandbox."),
    Word(name: "shell", argument: "", help: "Open a shell in the selected session's sandbox."),
    Word(name: "attach", argument: "", help: "Attach to what runs in the selected session's sandbox."),
    Word(name: "log", argument: "", help: "Follow the raw log of the selected session's sandbox."),
    Word(
      name: "context", argument: "[NAME|-]", help: "List the kubeconfig's contexts, or choose one for shells and logs."),
    Word(name: "q", argument: "", help: "Leave the console."),
  ]

  /// What the line could become, best first.
  package func completions(themes: [String], keymaps: [String]) -> [String] {
    let text = candidate == nil ? line.text : completing
    if let rest = argument(of: "theme", in: text) { return themes.filter { $0.hasPrefix(rest) }.map { "theme \($0)" } }
    if let rest = argument(of: "keymap", in: text) {
      return keymaps.filter { $0.hasPrefix(rest) }.map { "keymap \($0)" }
    }
    let names = Self.words.map(\.name) + CommandName.allCases.map(\.rawValue)
    let begins = names.filter { $0.hasPrefix(text) }
    let contains = names.filter { !$0.hasPrefix(text) && $0.lowercased().contains(text.lowercased()) }
    return begins + contains
  }

  private func argument(of word: String, in text: String) -> String? {
    text.hasPrefix("\(word) ") ? String(text.dropFirst(word.count + 1)) : nil
  }

  package mutating func complete(_ direction: Int, themes: [String], keymaps: [String]) {
    let all = completions(themes: themes, keymaps: keymaps)
    guard !all.isEmpty else { return }
    if let candidate {
      self.candidate = (candidate + direction + all.count) % all.count
    } else {
      completing = line.text
      candidate = direction > 0 ? 0 : all.count - 1
    }
    line.replace(with: all[candidate ?? 0])
  }

  /// The operator types on: what completion put in counts as typed.
  package mutating func edited() { candidate = nil }
}
