extension AgentSpec {
  /// What the declaration asks for and its runtime cannot keep, a sentence each.
  package var warnings: [String] {
    guard runtime == .codex, limits.budget != nil else { return [] }
    return ["limits.budgetUSD has no effect, as Codex tells its tokens but not what they cost."]
  }
}
