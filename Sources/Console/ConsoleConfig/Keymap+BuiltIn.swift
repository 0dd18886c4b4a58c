import TerminalCore

extension Keymap {
  /// The complete keymap that all others lie over. `keymaps/default.yaml` says the same, for its readers.
  package static let builtIn: Keymap = {
    var keymap = Keymap(name: "default")
    for (scope, bindings) in builtInBindings {
      for (notation, command) in bindings {
        // Notations of our own that cannot be read are found by a test.
        guard let sequence = KeySequence(notation: notation) else { continue }
        keymap.bind(sequence, to: command, in: scope)
      }
    }
    keymap.titles[KeySequence([.character("g")])] = "Go to"
    return keymap
  }()

  private static let builtInBindings: [(KeymapScope, [(String, String)])] = [
    (
      .global,
      [
        ("q", "app.quit"), ("C-c", "app.quit"), ("?", "help.open"), ("f1", "help.open"), (":", "prompt.open"),
        ("tab", "pane.next"), ("S-tab", "pane.previous"), ("right", "pane.next"), ("left", "pane.previous"),
        ("1", "pane.teams"), ("2", "pane.sandboxes"), ("3", "pane.transcript"), ("4", "pane.secrets"),
        ("g t", "pane.teams"), ("g a", "pane.sandboxes"), ("g r", "pane.transcript"), ("g s", "pane.secrets"),
        ("g /", "search.open"),
        ("z", "pane.zoom"), ("C-l", "view.redraw"), ("T", "theme.next"),
      ]
    ),
    (
      .lists,
      [
        ("up", "list.up"), ("k", "list.up"), ("down", "list.down"), ("j", "list.down"),
        ("pgup", "list.pageUp"), ("pgdn", "list.pageDown"), ("home", "list.first"), ("end", "list.last"),
        ("ret", "list.open"), ("/", "filter.open"), ("esc", "filter.clear"),
      ]
    ),
    (
      .session,
      [
        ("m", "session.message"), ("i", "session.interrupt"), ("a", "session.approve"), ("d", "session.deny"),
        ("r", "session.restart"), ("s", "session.suspend"), ("u", "session.resume"), ("K", "session.kill"),
        ("X", "session.purge"), ("c", "session.start"), ("D", "session.describe"),
        ("!", "session.shell"), ("A", "session.attach"), ("L", "session.log"),
      ]
    ),
    (
      .transcript,
      [
        ("F", "transcript.follow"), ("up", "transcript.up"), ("k", "transcript.up"), ("down", "transcript.down"),
        ("j", "transcript.down"), ("pgup", "transcript.pageUp"), ("pgdn", "transcript.pageDown"),
        ("space", "transcript.pageDown"), ("home", "transcript.first"), ("end", "transcript.last"),
        ("}", "transcript.nextTurn"), ("{", "transcript.previousTurn"), ("e", "transcript.nextError"),
        ("E", "transcript.previousError"), ("ret", "transcript.fold"), ("f", "transcript.foldAll"),
        ("R", "transcript.raw"), ("/", "transcript.search"), ("n", "transcript.searchNext"),
        ("N", "transcript.searchPrevious"), ("y", "transcript.copy"), ("x", "transcript.export"),
      ]
    ),
  ]
}
