/// What an operator of the cluster decides once for all sandboxes.
package struct ClusterSettings: Sendable, Hashable {
  package var names = ClusterNames()
  /// The image whose `/paddock-runner install DIR` puts the runner into a pod.
  package var runnerImage: String
  /// For agents that name no image of their own.
  package var agentImage: String
  /// Bytes of a volume where the agent says nothing.
  package var volumeSize: Int64 = 10 << 30
  package var storageClassName: String?
  /// Whom the runner and its agent run as.
  package var user: Int64 = 1000
  /// Seconds for the runner's last words when its pod is told to end.
  package var terminationGracePeriod: Int64 = 30
  package var runnerRoute = RunnerRoute.auto
  /// Seconds that the claim of a warm sandbox has to get one before the session is started without.
  package var claimPatience: Double = 10
  /// Seconds after which a claim whose sandbox is no session's is given up.
  package var strayClaimAge: Double = 300
  /// Seconds that a session waits for room before the warm pools give way: every pod whose volume is still to be bound
  /// counts as unschedulable for a moment.
  package var roomPatience: Double = 10
  /// Seconds for which a session that finds no room keeps the warm pools empty.
  package var poolPatience: Double = 300
  /// Seconds between two looks whether the credentials are still accepted.
  package var accessInterval: Double = 30

  package init(runnerImage: String, agentImage: String) {
    self.runnerImage = runnerImage
    self.agentImage = agentImage
  }
}
