extension SessionProjection {
  package var json: JSONObject {
    var object: JSONObject = [
      "lastSeq": JSONValue(lastSeq), "generation": JSONValue(generation), "activity": .string(activity.rawValue),
      "reason": .string(reason),
      "turns": turns.stored, "tokens": .object(tokens.json), "costMicroUSD": cost.stored,
      "now": .string(now), "openApprovals": .array(openApprovals.map(JSONValue.string)),
    ]
    object["lastEventAt"] = lastEventAt.map { .string($0.description) }
    object["activitySince"] = activitySince.map { .string($0.description) }
    object["runtimeSessionID"] = runtimeSessionID.map(JSONValue.string)
    if bytes > 0 { object["bytes"] = bytes.stored }
    if !pauses.isEmpty { object["pauses"] = .object(pauses.json) }
    if !slowed.isEmpty { object["slowed"] = .string(slowed) }
    object["log"] = log.map { .object($0.json) }
    return object
  }

  /// Members that are missing keep their initial value, so that older rows can be read; numbers out of their bounds are
  /// what is nearest within them.
  package init(json: JSONObject) {
    self.init()
    lastSeq = json["lastSeq"]?.integerValue ?? 0
    generation = Generation.bounded(json["generation"]?.integerValue ?? 0)
    lastEventAt = json["lastEventAt"]?.stringValue.flatMap { Timestamp($0) }
    activity = json["activity"]?.stringValue.flatMap(Activity.init(rawValue:)) ?? .idle
    activitySince = json["activitySince"]?.stringValue.flatMap { Timestamp($0) }
    reason = json["reason"]?.stringValue ?? ""
    turns = Count(stored: json["turns"]) ?? 0
    tokens = json["tokens"]?.objectValue.map(TokenUsage.init(totals:)) ?? .zero
    cost = USD(stored: json["costMicroUSD"]) ?? 0
    runtimeSessionID = json["runtimeSessionID"]?.stringValue
    now = json["now"]?.stringValue ?? ""
    bytes = Count(stored: json["bytes"]) ?? 0
    pauses = json["pauses"]?.objectValue.map([PauseCause: String].init(json:)) ?? [:]
    slowed = json["slowed"]?.stringValue ?? ""
    log = json["log"]?.objectValue.map(LogCursor.init(json:))
    openApprovals = json["openApprovals"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }
}
