extension SessionProjection {
  package var json: JSONObject {
    var object: JSONObject = [
      "lastSeq": JSONValue(lastSeq), "generation": JSONValue(generation), "activity": .string(activity.rawValue),
      "reason": .string(reason),
      "turns": JSONValue(turns), "tokens": .object(tokens.json), "costMicroUSD": JSONValue(cost.micros),
      "now": .string(now), "openApprovals": .array(openApprovals.map(JSONValue.string)),
    ]
    if unlistedApprovals > 0 { object["unlistedApprovals"] = JSONValue(unlistedApprovals) }
    object["lastEventAt"] = lastEventAt.map { .string($0.description) }
    object["activitySince"] = activitySince.map { .string($0.description) }
    object["runtimeSessionID"] = runtimeSessionID.map(JSONValue.string)
    object["log"] = log.map { .object($0.json) }
    return object
  }

  /// Members that are missing keep their initial value, so that older rows can be read.
  package init(json: JSONObject) {
    self.init()
    lastSeq = json["lastSeq"]?.integerValue ?? 0
    generation = Int(json["generation"]?.integerValue ?? 0)
    lastEventAt = json["lastEventAt"]?.stringValue.flatMap { Timestamp($0) }
    activity = json["activity"]?.stringValue.flatMap(Activity.init(rawValue:)) ?? .idle
    activitySince = json["activitySince"]?.stringValue.flatMap { Timestamp($0) }
    reason = json["reason"]?.stringValue ?? ""
    turns = json["turns"]?.integerValue ?? 0
    tokens = json["tokens"]?.objectValue.map(TokenUsage.init(json:)) ?? .zero
    cost = USD(micros: json["costMicroUSD"]?.integerValue ?? 0)
    runtimeSessionID = json["runtimeSessionID"]?.stringValue
    now = json["now"]?.stringValue ?? ""
    log = json["log"]?.objectValue.map(LogCursor.init(json:))
    unlistedApprovals = max(0, json["unlistedApprovals"]?.integerValue ?? 0)
    openApprovals = json["openApprovals"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }
}
