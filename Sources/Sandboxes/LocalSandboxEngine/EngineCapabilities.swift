/// What this machine lets the local engine do, for `paddock doctor`.
package struct EngineCapabilities: Sendable, Hashable {
  package struct Fact: Sendable, Hashable {
    package var name: String
    package var isFine: Bool
    /// Whether no agent can run without it.
    package var isRequired: Bool
    /// One sentence.
    package var message: String

    package init(name: String, isFine: Bool, isRequired: Bool, message: String) {
      self.name = name
      self.isFine = isFine
      self.isRequired = isRequired
      self.message = message
    }
  }

  package var facts: [Fact]

  package var canRun: Bool { facts.allSatisfy { $0.isFine || !$0.isRequired } }

  static let sameUser =
    "The agent runs as the same host user as Paddock: only the jail keeps it from that user's files."
}
