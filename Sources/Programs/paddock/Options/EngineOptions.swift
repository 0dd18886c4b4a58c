import ArgumentParser

/// Where sandboxes are made. What is not given is taken from the environment, then from the last `paddock up` of the
/// data directory.
struct EngineOptions: ParsableArguments {
  @Option(help: "local or kubernetes. Default: $PADDOCK_ENGINE, or that of the last `up`, or local.")
  var engine: EngineName?
  @Option(help: "The kubeconfig's context. Default: $PADDOCK_CONTEXT, or the current one.")
  var context: String?
  @Option(help: "A kubeconfig. Default: as for kubectl; in a pod its service account.")
  var kubeconfig: String?
  @Option(
    name: .customLong("runner-image"), help: "The image that brings the runner. Default: $PADDOCK_RUNNER_IMAGE.")
  var runnerImage: String?
  @Option(
    name: .customLong("agent-image"),
    help: "The image of agents that name none. Default: $PADDOCK_AGENT_IMAGE.")
  var agentImage: String?
  @Option(
    name: .customLong("namespace-prefix"),
    help: "Before a team's name in its namespace. Default: $PADDOCK_NAMESPACE_PREFIX, or paddock-.")
  var namespacePrefix: String?
  @Option(
    name: .customLong("storage-class"),
    help: "The class of volumes where the agent names none. Default: $PADDOCK_STORAGE_CLASS, or the cluster's.")
  var storageClass: String?
  @Option(
    name: .customLong("runner-channel"),
    help: "proxy (through the API server), direct (to the pod) or auto. Default: $PADDOCK_RUNNER_CHANNEL, or auto.")
  var runnerChannel: String?

  var choice: EngineChoice {
    EngineChoice(
      engine: engine, context: context, kubeconfig: kubeconfig.map(Installation.absolute), runnerImage: runnerImage,
      agentImage: agentImage, namespacePrefix: namespacePrefix, storageClass: storageClass,
      runnerChannel: runnerChannel)
  }
}

enum EngineName: String, ExpressibleByArgument, CaseIterable {
  case local, kubernetes
}
