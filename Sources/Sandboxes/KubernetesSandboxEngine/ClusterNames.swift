package import ControlModel

/// What things of Paddock are called in a cluster.
package struct ClusterNames: Sendable, Hashable {
  /// In front of a team's name; `paddock-` unless the cluster has another convention.
  package var namespacePrefix: String

  package init(namespacePrefix: String = "paddock-") {
    self.namespacePrefix = namespacePrefix
  }

  package func namespace(of team: ResourceName) -> String { namespacePrefix + team.text }

  /// `nil` for a namespace that is no team's.
  package func team(of namespace: String) -> ResourceName? {
    guard namespace.hasPrefix(namespacePrefix) else { return nil }
    return try? ResourceName(String(namespace.dropFirst(namespacePrefix.count)))
  }

  /// The same for every generation of a session: the volume's name follows from the sandbox's.
  package static func sandbox(agent: ResourceName, session: SessionID) -> String {
    "\(agent)-\(session.text.suffix(8))"
  }

  /// The secret with the runner's token, and with what it is to be told when it waits for its session.
  package static func runnerSecret(ofSandbox name: String) -> String { "\(name)-runner" }
}

/// Labels and annotations that Paddock puts on objects, and those of agent-sandbox that it reads.
package enum ClusterLabel {
  package static let managedBy = "app.kubernetes.io/managed-by"
  package static let team = "paddock.dev/team"
  package static let agent = "paddock.dev/agent"
  package static let session = "paddock.dev/session"
  package static let generation = "paddock.dev/generation"
  /// Chooses a pod's network policy: the value of `network` in the agent's declaration.
  package static let network = "paddock.dev/network"
  /// On a sandbox whose session asked for its end: the object stays, suspended, because its volume goes with it.
  package static let ended = "paddock.dev/ended"
  /// On a sandbox of an agent with a warm pool: `Adopted` for one that waited there, or why it did not, in one word and
  /// in a sentence.
  package static let start = "paddock.dev/start"
  package static let startMessage = "paddock.dev/start-message"
  /// On a member of a warm pool that nobody has claimed; the value is a hash of the pool's name.
  package static let warmPoolMember = "agents.x-k8s.io/warm-pool-sandbox"

  package static let manager = "paddock"
}
