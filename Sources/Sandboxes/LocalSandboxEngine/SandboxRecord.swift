import ControlModel
import ProcessIdentity

/// All the engine knows of a sandbox, kept in `sandbox.json`: an engine that starts later, or after a crash at any point,
/// goes on from it.
struct SandboxRecord: Sendable, Hashable {
  static let version: Int64 = 1

  enum Phase: String, Sendable {
    /// The workspace is being made ready, or will be as soon as an engine sees this.
    case preparing
    /// The workspace could not be made ready; `message` says why.
    case failed
    /// The runner was started; `process` says which.
    case started
    /// Its processes were ended on purpose.
    case stopped
  }

  var uid: String
  var name: String
  var request: SandboxRequest
  var createdAt: Timestamp
  /// The bearer token of its runner.
  var token: String
  var operatingMode: Sandbox.OperatingMode = .running
  var phase: Phase = .preparing
  var phaseSince: Timestamp
  var message = ""
  var process: ProcessIdentity?
  /// The name of the runner's socket; `nil` for runners that were started before it was drawn.
  var socket: String?
  /// What limits were asked for and cannot be enforced, a sentence each.
  var unenforced: [String] = []

  mutating func enter(_ phase: Phase, message: String = "", at time: Timestamp) {
    self.phase = phase
    self.message = message
    phaseSince = time
  }

  /// Nothing was done to it since it was that one. Its agent is not compared: read back, a declaration may say the same
  /// in other words.
  func isStill(_ earlier: SandboxRecord) -> Bool {
    uid == earlier.uid && request.generation == earlier.request.generation && operatingMode == earlier.operatingMode
      && phase == earlier.phase && phaseSince == earlier.phaseSince && process == earlier.process
  }

  var reference: SandboxReference {
    SandboxReference(team: request.agent.team, name: name, uid: uid)
  }

  /// The session's last digits: its first are a time, alike in all sessions of one minute.
  static func name(agent: ResourceName, session: SessionID) -> String {
    "\(agent)-\(session.text.suffix(8))"
  }
}

extension SandboxRecord {
  var json: JSONObject {
    var object: JSONObject = [
      "version": JSONValue(Self.version), "uid": .string(uid), "name": .string(name),
      "session": .string(request.session.text), "generation": JSONValue(request.generation),
      "firstSeq": JSONValue(request.firstSeq), "agent": .object(request.agent.record),
      "createdAt": .string(createdAt.description), "token": .string(token),
      "operatingMode": .string(operatingMode.rawValue), "phase": .string(phase.rawValue),
      "phaseSince": .string(phaseSince.description), "message": .string(message),
      "unenforced": .array(unenforced.map(JSONValue.string)),
    ]
    object["runtimeSessionID"] = request.runtimeSessionID.map(JSONValue.string)
    object["spentMicroUSD"] = request.spent?.stored
    object["reason"] = request.reason.map(JSONValue.string)
    if request.awaitsMessage { object["awaitsMessage"] = true }
    object["socket"] = socket.map(JSONValue.string)
    if let process {
      object["process"] = [
        "pid": JSONValue(process.pid), "startTime": JSONValue(process.startTime), "bootID": .string(process.bootID),
      ]
    }
    return object
  }

  /// `nil` for anything that is not a whole record of this version.
  init?(parsing bytes: [UInt8]) {
    guard let json = try? JSONValue(parsing: bytes), json["version"]?.integerValue == Self.version,
      let uid = json["uid"]?.stringValue, let name = json["name"]?.stringValue,
      let request = SandboxRequest(record: json), let token = json["token"]?.stringValue,
      let createdAt = json["createdAt"]?.timestamp, let phaseSince = json["phaseSince"]?.timestamp,
      let mode = json["operatingMode"]?.stringValue.flatMap(Sandbox.OperatingMode.init(rawValue:)),
      let phase = json["phase"]?.stringValue.flatMap(Phase.init(rawValue:))
    else { return nil }
    self.init(
      uid: uid, name: name, request: request, createdAt: createdAt, token: token, operatingMode: mode, phase: phase,
      phaseSince: phaseSince, message: json["message"]?.stringValue ?? "",
      process: json["process"].flatMap(ProcessIdentity.init(record:)),
      socket: json["socket"]?.stringValue.flatMap { $0.contains("/") ? nil : $0 },
      unenforced: json["unenforced"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }
}

extension ProcessIdentity {
  fileprivate init?(record: JSONValue) {
    guard let pid = record["pid"]?.integerValue.flatMap({ Int32(exactly: $0) }),
      let startTime = record["startTime"]?.integerValue.flatMap({ UInt64(exactly: $0) }),
      let bootID = record["bootID"]?.stringValue
    else { return nil }
    self.init(pid: pid, startTime: startTime, bootID: bootID)
  }
}

extension SandboxRequest {
  fileprivate init?(record: JSONValue) {
    guard let session = record["session"]?.stringValue.flatMap(SessionID.init),
      let generation = record["generation"]?.integerValue, let firstSeq = record["firstSeq"]?.integerValue,
      let agent = record["agent"].flatMap(Agent.init(record:))
    else { return nil }
    self.init(
      session: session, generation: Int(generation), agent: agent, firstSeq: firstSeq,
      runtimeSessionID: record["runtimeSessionID"]?.stringValue, spent: USD(stored: record["spentMicroUSD"]),
      reason: record["reason"]?.stringValue, awaitsMessage: record["awaitsMessage"]?.boolValue ?? false)
  }
}

extension Agent {
  fileprivate var record: JSONObject {
    [
      "team": .string(team.text), "name": .string(name.text), "spec": .object(spec.json),
      "revision": JSONValue(revision), "createdAt": .string(createdAt.description),
      "updatedAt": .string(updatedAt.description),
    ]
  }

  fileprivate init?(record: JSONValue) {
    guard let team = record["team"]?.stringValue.flatMap({ try? ResourceName($0) }),
      let name = record["name"]?.stringValue.flatMap({ try? ResourceName($0) }),
      let spec = record["spec"]?.objectValue.flatMap({ try? AgentSpec(json: $0) }),
      let revision = record["revision"]?.integerValue, let createdAt = record["createdAt"]?.timestamp,
      let updatedAt = record["updatedAt"]?.timestamp
    else { return nil }
    self.init(
      team: team, name: name, spec: spec, revision: Int(revision), createdAt: createdAt, updatedAt: updatedAt)
  }
}

extension JSONValue {
  fileprivate var timestamp: Timestamp? { stringValue.flatMap { Timestamp($0) } }
}
