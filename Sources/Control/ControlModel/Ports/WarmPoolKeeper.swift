/// An engine that can hold sandboxes ready for the sessions to come.
package protocol WarmPoolKeeper: Sendable {
  /// Makes the pools what these agents' declarations ask for, and removes what none asks for any more. `agents` are all
  /// there are, of all `teams`; other teams' pools may be somebody else's. Returns what is in the way: a session starts
  /// without a pool as well, only later.
  func keepWarmPools(of agents: [Agent], in teams: [ResourceName]) async -> [WarmPoolTrouble]
}

/// Why an agent's pool is not as it should be.
package struct WarmPoolTrouble: Sendable, Hashable {
  package var team: ResourceName
  package var agent: ResourceName
  /// One sentence.
  package var message: String

  package init(agent: Agent, message: String) {
    team = agent.team
    self.agent = agent.name
    self.message = message
  }
}
