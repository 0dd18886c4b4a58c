extension SandboxReport {
  package var json: JSONObject {
    func text(_ text: String) -> JSONValue { .string(text.bounded(toBytes: Self.longestText)) }
    return [
      "engine": text(engine), "context": text(context), "server": text(server), "namespace": text(namespace),
      "sandbox": text(sandbox), "generation": JSONValue(generation), "pod": text(pod), "container": text(container),
      "node": text(node), "image": text(image), "volume": text(volume), "process": JSONValue(process),
      "processStart": JSONValue(processStart), "log": text(log),
      "conditions": .array(conditions.prefix(SandboxReport.mostConditions).map { .object($0.json) }),
      "events": .array(events.prefix(SandboxReport.mostEvents).map { .object($0.json) }),
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
    processStart = json["processStart"]?.integerValue ?? 0
    log = text("log")
    func objects(_ name: String, _ most: Int) -> [JSONObject] {
      json[name]?.arrayValue?.prefix(most).compactMap(\.objectValue) ?? []
    }
    conditions = objects("conditions", Self.mostConditions).map(Sandbox.Condition.init(json:))
    events = objects("events", Self.mostEvents).map(ClusterEvent.init(json:))
  }
}

extension Sandbox.Condition {
  fileprivate var json: JSONObject {
    [
      "type": .string(type.bounded(toBytes: SandboxReport.longestText)), "isTrue": .bool(isTrue),
      "reason": .string(reason.bounded(toBytes: SandboxReport.longestText)),
      "message": .string(message.bounded(toBytes: SandboxReport.longestText)),
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
      "time": .string(time.description), "isWarning": .bool(isWarning),
      "reason": .string(reason.bounded(toBytes: SandboxReport.longestText)),
      "message": .string(message.bounded(toBytes: SandboxReport.longestText)),
      "object": .string(object.bounded(toBytes: SandboxReport.longestText)), "count": count.stored,
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
      "trouble": trouble.map { .string($0.bounded(toBytes: SandboxReport.longestText)) } ?? .null,
      "since": .string(since.description),
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
