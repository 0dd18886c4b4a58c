import ArgumentParser
import ClusterInstallation
import ControlModel
import KubernetesSandboxEngine

/// What cores in a cluster are made of.
struct InstallationOptions: ParsableArguments {
  @Option(help: "The image with `paddock` in its PATH. Default: $PADDOCK_IMAGE.") var image: String?
  @Option(
    name: .customLong("runner-image"), help: "The image that brings the runner. Default: $PADDOCK_RUNNER_IMAGE.")
  var runnerImage: String?
  @Option(
    name: .customLong("agent-image"), help: "The image of agents that name none. Default: $PADDOCK_AGENT_IMAGE.")
  var agentImage: String?
  @Option(help: "Where the cores are.") var namespace = InstallationManifests.defaultNamespace
  @Option(help: "How many cores share the sessions.") var replicas = 2
  @Option(
    name: .customLong("database-secret"),
    help: "NAME or NAME/KEY of the secret, in that namespace, that holds the database's URL.")
  var databaseSecret = "paddock-database/url"
  @Option(name: .customLong("image-pull-secret"), help: "For the cores' image; repeatable.")
  var imagePullSecrets: [String] = []
  @Option(
    name: .customLong("namespace-prefix"),
    help: "Before a team's name in its namespace. Default: $PADDOCK_NAMESPACE_PREFIX, or paddock-.")
  var namespacePrefix: String?
  @Option(
    name: .customLong("storage-class"),
    help: "The class of volumes where the agent names none. Default: $PADDOCK_STORAGE_CLASS, or the cluster's.")
  var storageClass: String?

  func validate() throws {
    guard (1...10).contains(replicas) else { throw ValidationError("--replicas must be from 1 to 10.") }
  }

  func manifests() throws(ControlFailure) -> InstallationManifests {
    let choice = EngineChoice(
      runnerImage: runnerImage, agentImage: agentImage, namespacePrefix: namespacePrefix, storageClass: storageClass
    ).filled(from: try .environment())
    guard let image = image ?? Installation.variable("PADDOCK_IMAGE") else {
      throw ControlFailure(
        .invalidArgument, "The cores need an image: --image.", hint: "Or name it in PADDOCK_IMAGE.")
    }
    var manifests = InstallationManifests(image: image, cluster: try choice.clusterSettings())
    manifests.namespaceName = namespace
    manifests.replicas = replicas
    manifests.imagePullSecrets = imagePullSecrets
    let parts = databaseSecret.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    manifests.database.name = parts[0]
    if parts.count == 2 { manifests.database.key = parts[1] }
    try manifests.check()
    return manifests
  }
}
