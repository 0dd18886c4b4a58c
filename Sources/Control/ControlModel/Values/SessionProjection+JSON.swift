extension SessionProjection {
  package var json: JSONObject {
    var object: JSONObject = [
      "lastSeq": JSONValue(lastSeq), "generation": JSONValue(generation), "activity": .string(activity.rawValue),
      "reason": .string(reason),
      "turns": turns.stored, "tokens": .object(tokens.json), "costMicroUSD": cost.stored,
      "now": .string(now), "isInTurn": .bool(isInTurn), "unanswered": .array(unanswered.map(JSONValue.string)),
      "tasks": .array(tasks.map(\.json)), "openApprovals": .array(openApprovals.map(JSONValue.string)),
    ]
    // Whoever wrote the last release's rows does not know it, and most sessions have none.
    if unlistedApprovals > 0 { object["unlistedApprovals"] = unlistedApprovals.stored }
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
    reason = (json["reason"]?.stringValue ?? "").bounded(toBytes: Self.longestLine)
    turns = Count(stored: json["turns"]) ?? 0
    tokens = json["tokens"]?.objectValue.map(TokenUsage.init(totals:)) ?? .zero
    cost = USD(stored: json["costMicroUSD"]) ?? 0
    runtimeSessionID = json["runtimeSessionID"]?.stringValue.flatMap { $0.utf8.count <= ClaimLimit.id ? $0 : nil }
    now = (json["now"]?.stringValue ?? "").bounded(toBytes: Self.longestLine)
    bytes = Count(stored: json["bytes"]) ?? 0
    pauses = json["pauses"]?.objectValue.map([PauseCause: String].init(json:)) ?? [:]
    slowed = (json["slowed"]?.stringValue ?? "").bounded(toBytes: Self.longestLine)
    log = json["log"]?.objectValue.map(LogCursor.init(json:))
    // A release that did not keep it called a turn what it called work.
    isInTurn = json["isInTurn"]?.boolValue ?? (activity == .working || activity == .approval)
    unanswered =
      json["unanswered"]?.arrayValue?.suffix(Self.mostUnanswered).compactMap(\.stringValue)
      .filter { $0.utf8.count <= ClaimLimit.id } ?? []
    tasks = json["tasks"]?.arrayValue?.prefix(Self.mostTasks).compactMap(BackgroundTask.init(json:)) ?? []
    let approvals = json["openApprovals"]?.arrayValue?.compactMap(\.stringValue) ?? []
    openApprovals = Array(approvals.lazy.filter { $0.utf8.count <= ClaimLimit.id }.prefix(ClaimLimit.openApprovals))
    // A row of a release that listed all of them.
    let further = Count(steps: Int64(approvals.count - openApprovals.count))
    unlistedApprovals = (Count(stored: json["unlistedApprovals"]) ?? 0) + further
  }

  /// Bytes of a line for lists, as an earlier release may have stored it.
  private static let longestLine = 4_096
}
