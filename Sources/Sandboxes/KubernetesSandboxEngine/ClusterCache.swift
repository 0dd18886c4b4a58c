import ControlModel
import KubernetesClient

/// What the watches have told so far; a value.
struct ClusterCache: Sendable {
  struct Key: Sendable, Hashable {
    var namespace: String
    var name: String
  }

  /// In outline: there may be thousands.
  private(set) var sandboxes: [Key: AgentsV1Beta1.Sandbox] = [:]
  private(set) var pods: [Key: CoreV1.Pod] = [:]
  private var synced: Set<ResourceType> = []
  /// What keeps a watch from telling, by its kind.
  private var interruptions: [ResourceType: String] = [:]
  /// Why the API server lets this core in no longer.
  var refusal: String?

  /// Why what is known here is not up to date.
  var trouble: String? { refusal ?? interruptions.values.sorted().first }

  /// Both collections have been seen whole at least once.
  var isSynced: Bool { synced.count == 2 }

  func pod(of sandbox: AgentsV1Beta1.Sandbox) -> CoreV1.Pod? {
    pods[Key(namespace: sandbox.namespace ?? "", name: sandbox.podName)]
  }

  mutating func apply(_ changes: [WatchChange<AgentsV1Beta1.Sandbox>]) {
    apply(changes, to: \.sandboxes) { $0.outline }
  }

  mutating func apply(_ changes: [WatchChange<CoreV1.Pod>]) {
    apply(changes, to: \.pods) { $0 }
  }

  /// What was just written is known without waiting for the watch; an answer that is older than it changes nothing.
  mutating func put(_ sandbox: AgentsV1Beta1.Sandbox) {
    let key = Key(sandbox.reference)
    if let known = sandboxes[key], known.metadata.uid == sandbox.metadata.uid,
      ResourceVersion.isNewer(known.metadata.resourceVersion, than: sandbox.metadata.resourceVersion) == true
    {
      return
    }
    sandboxes[key] = sandbox.outline
  }

  private mutating func apply<Resource: KubernetesResource>(
    _ changes: [WatchChange<Resource>], to objects: WritableKeyPath<Self, [Key: Resource]>,
    holding part: (Resource) -> Resource
  ) {
    for change in changes {
      switch change {
      case .added(let object), .modified(let object): self[keyPath: objects][Key(object.reference)] = part(object)
      case .deleted(let reference):
        let key = Key(reference)
        if self[keyPath: objects][key]?.metadata.uid == reference.uid { self[keyPath: objects][key] = nil }
      case .synced: synced.insert(Resource.type)
      case .trouble(let error): interruptions[Resource.type] = error.description
      case .recovered: interruptions[Resource.type] = nil
      }
    }
  }
}

extension ClusterCache.Key {
  init(_ reference: ObjectReference) {
    self.init(namespace: reference.namespace ?? "", name: reference.name)
  }
}
