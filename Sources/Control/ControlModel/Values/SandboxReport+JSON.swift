extension SandboxReport {
  package var json: JSONObject {
    [
      "engine": .string(engine), "context": .string(context), "server": .string(server),
      "namespace": .string(namespace), "sandbox": .string(sandbox), "generation": JSONValue(generation),
      "pod": .string(pod), "container": .string(container), "node": .string(node), "image": .string(image),
      "volume": .string(volume), "process": JSONValue(process), "log": .string(log),
      "conditions": .array(conditions.map { .object($0.json) }), "events": .array(events.map { .object($0.json) }),
    ]
  }

  /// What is missing is empty: a core of another version may have written it.
  package init(json: JSONObject) {
    func text(_ name: String) -> String { json[name]?.stringValue ?? "" }
    self.init(
      engine: text("engine"), sandbox: text("sandbox"), generation: Int(json["generation"]?.integerValue ?? 0))
    context = text("context")
    server = text("server")
    namespace = text("namespace")
    pod = text("pod")
    container = text("container")
    node = text("node")
    image = text("image")
    volume = text("volume")
    process = json["process"]?.integerValue ?? 0
    log = text("log")
    conditions = json["conditions"]?.arrayValue?.compactMap { $0.objectValue.map(Sandbox.Condition.init(json:)) } ?? []
    events = json["events"]?.arrayValue?.compactMap { $0.objectValue.map(ClusterEvent.init(json:)) } ?? []
  }
}

extension Sandbox.Condition {
  fileprivate var json: JSONObject {
    [
      "type": .string(type), "isTrue": .bool(isTrue), "reason": .string(reason), "message": .string(message),
      "since": .string(since.description),
    ]
  }

  fileprivate init(json: JSONObject) {
    self.init(
      type: json["type"]?.stringValue ?? "", isTrue: json["isTrue"]?.boolValue ?? false,
      reason: json["reason"]?.stringValue ?? "", message: json["message"]?.stringValue ?? "",
      since: json["since"]?.time ?? Timestamp(microseconds: 0))
  }
}

extension ClusterEvent {
  fileprivate var json: JSONObject {
    [
      "time": .string(time.description), "isWarning": .bool(isWarning), "reason": .string(reason),
      "message": .string(message), "object": .string(object), "count": count.stored,
    ]
  }

  fileprivate init(json: JSONObject) {
    self.init(
      time: json["time"]?.time ?? Timestamp(microseconds: 0), isWarning: json["isWarning"]?.boolValue ?? false,
      reason: json["reason"]?.stringValue ?? "", message: json["message"]?.stringValue ?? "",
      object: json["object"]?.stringValue ?? "", count: Count(stored: json["count"]) ?? 1)
  }
}

extension EngineStatus {
  package var json: JSONObject {
    var object: JSONObject = [
      "engine": .string(engine), "context": .string(context), "server": .string(server),
      "trouble": trouble.map(JSONValue.string) ?? .null, "since": .string(since.description),
    ]
    object["disk"] = disk.map { .object($0.json) }
    return object
  }

  package init(json: JSONObject) {
    self.init(
      engine: json["engine"]?.stringValue ?? "", context: json["context"]?.stringValue ?? "",
      server: json["server"]?.stringValue ?? "", trouble: json["trouble"]?.stringValue,
      since: json["since"]?.time ?? Timestamp(microseconds: 0),
      disk: json["disk"]?.objectValue.flatMap(DiskStatus.init(json:)))
  }
}

extension JSONValue {
  fileprivate var time: Timestamp? { stringValue.flatMap { Timestamp($0) } }
}
