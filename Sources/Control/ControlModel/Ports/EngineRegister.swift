/// What remembers the engine that the living sessions' sandboxes are on: a core with another one would take them for
/// lost, and start each of them a second time.
package protocol EngineRegister: Sendable {
  /// The engine of the sessions here; `nil` before the first core.
  func engine() async throws(ControlFailure) -> EngineIdentity?

  /// Makes it the engine of the sessions here. Refused while sessions live on another one.
  func claimEngine(_ engine: EngineIdentity) async throws(ControlFailure)
}

/// Which engine, and where: two clusters are two engines.
package struct EngineIdentity: Sendable, Hashable {
  /// `local` or `kubernetes`.
  package var name: String
  package var cluster: Cluster?

  package struct Cluster: Sendable, Hashable {
    /// The same under every address and for every user; `nil` where this one may not read it, or nobody answers.
    package var uid: String?
    package var server: String
    /// A digest of the authorities that vouch for the server; empty for those of the system.
    package var authority: String

    package init(uid: String?, server: String, authority: String) {
      self.uid = uid
      self.server = server
      self.authority = authority
    }

    /// By the uid where both have one; else it must be the same address under the same authority.
    package func isSame(as other: Cluster) -> Bool {
      if let uid, let other = other.uid { return uid == other }
      return (server, authority) == (other.server, other.authority)
    }
  }

  package init(name: String, cluster: Cluster? = nil) {
    self.name = name
    self.cluster = cluster
  }

  /// One that says no cluster was written down before clusters were told apart.
  package func isSame(as other: EngineIdentity) -> Bool {
    guard name == other.name else { return false }
    guard let cluster, let other = other.cluster else { return true }
    return cluster.isSame(as: other)
  }

  /// For sentences: `the engine 'kubernetes' (https://…)`.
  package var title: String {
    "the engine '\(name)'" + (cluster.map { " at \($0.server)" } ?? "")
  }
}
