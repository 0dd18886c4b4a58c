package import ControlModel

extension RunnerConfiguration {
  package var json: JSONObject {
    var object: JSONObject = [
      "session": .string(session.text), "generation": JSONValue(generation), "agent": .object(agent.json),
      "listener": .object(listener.json), "token": .string(token), "journal": .string(journal),
      "launcher": .array(launcher.map(JSONValue.string)), "workingDirectory": .string(workingDirectory),
      "stateDirectory": .string(stateDirectory), "firstSeq": JSONValue(firstSeq),
    ]
    let variables = environment.sorted { $0.key < $1.key }
    object["environment"] = .object(
      JSONObject(members: variables.map { .init(name: $0.key, value: .string($0.value)) }))
    let later = agent.spec.laterLimits
    if !later.members.isEmpty { object["limits"] = .object(later) }
    object["runtimeSessionID"] = runtimeSessionID.map(JSONValue.string)
    object["spentMicroUSD"] = spent?.stored
    object["reason"] = reason.map(JSONValue.string)
    if awaitsMessage { object["awaitsMessage"] = true }
    object["memoryEvents"] = memoryEvents.map(JSONValue.string)
    object["user"] = user.map { ["id": JSONValue(Int64($0.id)), "group": JSONValue(Int64($0.group))] }
    return object
  }

  /// Reads the form above. A failure names the member by its path, such as `configuration.listener.port`.
  package static func parse(_ text: [UInt8]) throws(ControlFailure) -> RunnerConfiguration {
    let reader = try FrameReader(parsing: text, name: "configuration")
    let token = try reader.string("token")
    guard !token.isEmpty else { throw reader.wrong("token", "a text that is not empty") }
    return try parse(reader, listener: Listener(reader.object("listener")), token: token)
  }

  static func parse(
    _ reader: FrameReader, listener: Listener, token: String
  ) throws(ControlFailure) -> RunnerConfiguration {
    let firstSeq = try reader.integer("firstSeq")
    guard firstSeq > 0 else { throw reader.wrong("firstSeq", "1 or more") }
    return RunnerConfiguration(
      session: try reader.sessionID("session"), generation: Generation.bounded(try reader.integer("generation")),
      agent: try Agent(reader.object("agent"), limits: reader.has("limits") ? reader.jsonObject("limits") : [:]),
      listener: listener, token: token,
      journal: try reader.string("journal"), launcher: try reader.strings("launcher"),
      workingDirectory: try reader.string("workingDirectory"), stateDirectory: try reader.string("stateDirectory"),
      environment: try reader.stringMap("environment"), firstSeq: firstSeq,
      runtimeSessionID: try reader.optionalString("runtimeSessionID"), user: try reader.user("user"),
      memoryEvents: try reader.optionalString("memoryEvents"), spent: reader.amount("spentMicroUSD"),
      reason: try reader.optionalString("reason"), awaitsMessage: reader.flag("awaitsMessage"))
  }
}

extension FrameReader {
  fileprivate func user(_ member: String) throws(ControlFailure) -> RunnerConfiguration.User? {
    guard has(member) else { return nil }
    let user = try object(member)
    guard let id = UInt32(exactly: try user.integer("id")), let group = UInt32(exactly: try user.integer("group"))
    else {
      throw wrong(member, "the numbers of a user and a group")
    }
    return RunnerConfiguration.User(id: id, group: group)
  }
}

extension RunnerConfiguration.Listener {
  fileprivate var json: JSONObject {
    switch self {
    case .unixSocket(let path): ["unixSocket": .string(path)]
    case .tcp(let host, let port): ["host": .string(host), "port": JSONValue(port)]
    }
  }

  fileprivate init(_ reader: FrameReader) throws(ControlFailure) {
    if let path = try reader.optionalString("unixSocket") {
      self = .unixSocket(path: path)
      return
    }
    let port = try reader.integer("port")
    guard (0...65_535).contains(port) else { throw reader.wrong("port", "from 0 to 65535") }
    self = .tcp(host: try reader.string("host"), port: Int(port))
  }
}

extension Agent {
  fileprivate var json: JSONObject {
    [
      "team": .string(team.text), "name": .string(name.text), "spec": .object(spec.jsonForAll),
      "revision": JSONValue(revision), "createdAt": .string(createdAt.description),
      "updatedAt": .string(updatedAt.description),
    ]
  }

  fileprivate init(_ reader: FrameReader, limits: JSONObject) throws(ControlFailure) {
    self.init(
      team: try ResourceName(reader.string("team"), of: "team"),
      name: try ResourceName(reader.string("name"), of: "agent"),
      spec: try AgentSpec(json: reader.jsonObject("spec"), laterLimits: limits),
      revision: Generation.bounded(try reader.integer("revision")),
      createdAt: try reader.time("createdAt"), updatedAt: try reader.time("updatedAt"))
  }
}
