package import ControlModel

/// The body of `POST /v1/messages`.
package enum MessageRequest {
  package static func json(_ message: RunnerMessage) -> JSONObject {
    ["id": .string(message.id.text), "text": .string(message.text)]
  }

  package static func parse(_ body: [UInt8]) throws(ControlFailure) -> RunnerMessage {
    let reader = try FrameReader(parsing: body, name: "message")
    return RunnerMessage(id: try reader.operationID("id"), text: try reader.string("text"))
  }
}

/// The body of `POST /v1/interrupt`.
package enum InterruptRequest {
  package static func json(id: OperationID) -> JSONObject { ["id": .string(id.text)] }

  package static func parse(_ body: [UInt8]) throws(ControlFailure) -> OperationID {
    try FrameReader(parsing: body, name: "interrupt").operationID("id")
  }
}

/// The body of `POST /v1/approvals/CALLID`; the call's id stands in the path alone.
package enum DecisionRequest {
  package static func json(_ decision: ApprovalDecision) -> JSONObject {
    var object: JSONObject = [
      "id": .string(decision.id.text), "verdict": .string(decision.verdict.rawValue),
      "actor": .string(decision.actor),
    ]
    object["reason"] = decision.reason.map(JSONValue.string)
    return object
  }

  package static func parse(_ body: [UInt8], callID: String) throws(ControlFailure) -> ApprovalDecision {
    let reader = try FrameReader(parsing: body, name: "decision")
    guard let verdict = ApprovalDecision.Verdict(rawValue: try reader.string("verdict")) else {
      throw ControlFailure(.invalidArgument, "'decision.verdict' must be allow or deny.")
    }
    return ApprovalDecision(
      id: try reader.operationID("id"), callID: callID, verdict: verdict, reason: try reader.optionalString("reason"),
      actor: try reader.string("actor"))
  }
}

/// The body of `PUT /v1/limits`.
package enum LimitsRequest {
  private static let longestReason = 200

  package static func json(_ bounds: JournalBounds, _ reason: String? = nil) -> JSONObject {
    var object: JSONObject = ["journal": .object(bounds.json)]
    object["reason"] = reason.map(JSONValue.string)
    return object
  }

  package static func parse(_ body: [UInt8]) throws(ControlFailure) -> (bounds: JournalBounds, reason: String?) {
    let reader = try FrameReader(parsing: body, name: "limits")
    let reason = try reader.optionalString("reason").map { String($0.prefix(longestReason)) }
    return (JournalBounds(json: try reader.jsonObject("journal")), reason)
  }
}

/// The body of `PUT /v1/grace`: the seconds that a turn may go on for once the runner is told to end.
package enum GraceRequest {
  /// A day.
  package static let longest = 86_400.0

  package static func json(turnSeconds: Double) -> JSONObject { ["turnSeconds": JSONValue(turnSeconds)] }

  package static func parse(_ body: [UInt8]) throws(ControlFailure) -> Double {
    let reader = try FrameReader(parsing: body, name: "grace")
    let seconds = try reader.number("turnSeconds")
    guard (0...longest).contains(seconds) else { throw reader.wrong("turnSeconds", "from 0 to \(Int(longest))") }
    return seconds
  }
}

/// The body of `PUT /v1/pause`; without a reason the cause is lifted. What the runner paused by itself, it lifts itself.
package enum PauseRequest {
  private static let longestReason = 1_000

  package static func json(_ cause: PauseCause, _ reason: String?) -> JSONObject {
    var object: JSONObject = ["cause": .string(cause.rawValue)]
    object["reason"] = reason.map { .string(String($0.prefix(longestReason))) }
    return object
  }

  package static func parse(_ body: [UInt8]) throws(ControlFailure) -> (cause: PauseCause, reason: String?) {
    let reader = try FrameReader(parsing: body, name: "pause")
    let causes = PauseCause.allCases.filter { $0 != .journal }
    guard let cause = PauseCause(rawValue: try reader.string("cause")), causes.contains(cause) else {
      throw reader.wrong("cause", "one of \(causes.map(\.rawValue).joined(separator: ", "))")
    }
    return (cause, try reader.optionalString("reason").map { String($0.prefix(longestReason)) })
  }
}

extension RunnerStatus {
  package var json: JSONObject {
    var object: JSONObject = [
      "session": .string(session.text), "generation": JSONValue(generation), "seq": JSONValue(seq),
      "runtime": .string(runtime.rawValue), "startedAt": .string(startedAt.description),
    ]
    object["runtimeSessionID"] = runtimeSessionID.map(JSONValue.string)
    object["problem"] = problem.map(JSONValue.string)
    object["pauses"] = pauses.map { .object($0.json) }
    object["journal"] = journal.map { ["bytes": $0.bytes.stored, "bounds": .object($0.bounds.json)] }
    return object
  }

  package static func parse(_ body: [UInt8]) throws(ControlFailure) -> RunnerStatus {
    let reader = try FrameReader(parsing: body, name: "status")
    guard let runtime = RuntimeState(rawValue: try reader.string("runtime")) else {
      throw ControlFailure(.malformed, "'status.runtime' is not a state this version knows.")
    }
    return RunnerStatus(
      session: try reader.sessionID("session"), generation: Generation.bounded(try reader.integer("generation")),
      seq: try reader.integer("seq"), runtime: runtime, runtimeSessionID: try reader.optionalString("runtimeSessionID"),
      startedAt: try reader.time("startedAt"), problem: try reader.optionalString("problem"),
      pauses: reader.has("pauses") ? [PauseCause: String](json: try reader.jsonObject("pauses")) : nil,
      journal: reader.has("journal") ? JournalAccount(try reader.jsonObject("journal")) : nil)
  }
}

extension JournalAccount {
  fileprivate init(_ json: JSONObject) {
    self.init(
      bytes: Count(stored: json["bytes"]) ?? 0, bounds: JournalBounds(json: json["bounds"]?.objectValue ?? [:]))
  }
}
