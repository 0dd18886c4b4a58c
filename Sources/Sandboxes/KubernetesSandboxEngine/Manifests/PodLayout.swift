/// Where things are in a pod.
package enum PodLayout {
  package static let runnerPort = 8377
  package static let container = "agent"
  /// Copies the runner in.
  package static let runnerContainer = "runner"
  /// Makes the workspace ready, with the agent's image, since it is the one that has git.
  package static let workspaceContainer = "workspace"

  package static let workspaceVolume = "workspace"
  package static let runnerVolume = "runner"

  package static let workspace = "/workspace"
  package static let runner = "/opt/paddock"
  /// The runner's own, on the session's volume.
  package static let runnerState = "/workspace/.paddock"
  package static let journal = "\(runnerState)/journal.jsonl"
  package static let session = "\(runnerState)/session.json"

  /// Keys of the secret that belongs to a sandbox's runner.
  package static let tokenKey = "token"
  package static let configurationKey = "configuration.json"
  /// Of a pool's secret, and of those of the sandboxes that came from it.
  package static let handoverKeyKey = "handover-key"
}
