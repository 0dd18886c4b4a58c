extension AgentSpec.Pod {
  /// More waiting sandboxes than any node holds are a slip of a key.
  static let greatestWarmPool = 1000

  /// The members of a declaration's `spec` that a cluster understands: `image`, `pod`, `volume`, `warmPool`.
  init(_ spec: inout SpecReader) throws(ControlFailure) {
    self.init(image: try spec.image("image"))
    if var pod = try spec.object("pod") {
      runtimeClassName = try pod.clusterName("runtimeClassName")
      nodeSelector = try pod.labels("nodeSelector") ?? [:]
      tolerations = try pod.objects("tolerations", Self.toleration) ?? []
      // A list of these is a map by their names: an API server refuses one that stands there twice.
      imagePullSecrets = (try pod.clusterNames("imagePullSecrets") ?? []).reduce(into: []) { names, name in
        if !names.contains(name) { names.append(name) }
      }
      readOnlyRootFilesystem = try pod.flag("readOnlyRootFilesystem") ?? true
      try pod.finish()
    }
    if var volume = try spec.object("volume") {
      volumeSize = try volume.bytes("size")
      storageClassName = try volume.clusterName("storageClassName")
      try volume.finish()
    }
    if var pool = try spec.object("warmPool") {
      let size: Count? = try pool.whole("size", "a whole number of sandboxes such as 2")
      warmPoolSize = min(size?.written { Int(clamping: $0) } ?? 0, Self.greatestWarmPool)
      try pool.finish()
    }
  }

  func write(to spec: inout JSONObject) {
    spec["image"] = image.map(JSONValue.string)
    if !placement.members.isEmpty { spec["pod"] = .object(placement) }
    var volume = JSONObject()
    volume["size"] = volumeSize.map(\.stored)
    volume["storageClassName"] = storageClassName.map(JSONValue.string)
    if !volume.members.isEmpty { spec["volume"] = .object(volume) }
    if warmPoolSize > 0 { spec["warmPool"] = ["size": JSONValue(warmPoolSize)] }
  }

  private var placement: JSONObject {
    var pod = JSONObject()
    pod["runtimeClassName"] = runtimeClassName.map(JSONValue.string)
    if !nodeSelector.isEmpty {
      let members = nodeSelector.sorted { $0.key < $1.key }.map {
        JSONObject.Member(name: $0.key, value: .string($0.value))
      }
      pod["nodeSelector"] = .object(JSONObject(members: members))
    }
    if !tolerations.isEmpty { pod["tolerations"] = .array(tolerations) }
    if !imagePullSecrets.isEmpty { pod["imagePullSecrets"] = .array(imagePullSecrets.map(JSONValue.string)) }
    if !readOnlyRootFilesystem { pod["readOnlyRootFilesystem"] = .bool(false) }
    return pod
  }
}
