/// Where a key counts. A pane looks its keys up in several scopes, the most specific one first.
package enum KeymapScope: String, Sendable, Hashable, CaseIterable {
  case global
  /// Every list: teams, sandboxes, secrets.
  case lists
  case teams
  case sandboxes
  case secrets
  /// What acts on a session: the sandboxes and the transcript.
  case session
  case transcript
}
