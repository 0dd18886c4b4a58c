extension Sandbox.Condition {
  /// What does not pass by itself: an image that cannot be had, a pod for which no node has room, a quota that is used up.
  private static let blocking: Set<String> = [
    "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError",
    "CreateContainerError", "RunContainerError", "CrashLoopBackOff",
  ]

  /// Seconds that a cluster has to find a node or to pull once more.
  private static let patience = 10.0

  /// Whether what waits for this condition waits for a person.
  package func needsSomebody(at now: Timestamp) -> Bool {
    guard !isTrue, now.seconds(since: since) >= Self.patience else { return false }
    return Self.blocking.contains(reason) || lacksRoom
  }

  /// No node has room for it, or its namespace's quota has none.
  package var lacksRoom: Bool { !isTrue && (reason == "Unschedulable" || message.contains("exceeded quota")) }
}
