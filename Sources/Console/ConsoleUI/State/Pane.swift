package import ConsoleConfig

package enum Pane: String, Sendable, Hashable, CaseIterable {
  case teams, sandboxes, transcript, secrets

  package var isList: Bool { self != .transcript }

  /// Where keys are looked up, the most specific scope first.
  package var scopes: [KeymapScope] {
    switch self {
    case .teams: [.teams, .lists, .global]
    case .sandboxes: [.sandboxes, .session, .lists, .global]
    case .transcript: [.transcript, .session, .global]
    case .secrets: [.secrets, .lists, .global]
    }
  }
}
