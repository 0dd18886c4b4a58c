package import ControlModel

/// A command as data: keys, bottom bar, help, prompt and docs/commands.md are made of these rows.
package struct Command: Sendable {
  package enum Scope: String, Sendable, Hashable, CaseIterable {
    case global
    /// The panes that are lists: teams, sandboxes, secrets.
    case list
    /// Acts on the selected session, from any pane.
    case session
    case transcript
  }

  package let name: CommandName
  /// One or two words, for the bottom bar.
  package let title: CleanText
  /// One sentence.
  package let help: CleanText
  package let scope: Scope
  package let danger: Operation.Kind.Danger
  /// Why the command can do nothing just then; `nil` when it can.
  package let disabledReason: @Sendable (ConsoleState) -> CleanText?

  package init(
    _ name: CommandName, _ title: CleanText, _ help: CleanText, scope: Scope, danger: Operation.Kind.Danger = .none,
    disabledReason: @escaping @Sendable (ConsoleState) -> CleanText? = { _ in nil }
  ) {
    self.name = name
    self.title = title
    self.help = help
    self.scope = scope
    self.danger = danger
    self.disabledReason = disabledReason
  }
}
