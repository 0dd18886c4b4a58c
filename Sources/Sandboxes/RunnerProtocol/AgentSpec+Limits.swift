import ControlModel

/// Limits that came after the first release stand apart from the agent's declaration: a runner of that release refuses a
/// declaration with members that it does not know, and passes over those of a frame.
extension AgentSpec {
  private static let firstLimits: Set = ["cpu", "memory", "processes", "budgetUSD", "idleTimeout"]

  var laterLimits: JSONObject {
    JSONObject(members: limits.json.members.filter { !Self.firstLimits.contains($0.name) })
  }

  var jsonForAll: JSONObject {
    var object = json
    let first = limits.json.members.filter { Self.firstLimits.contains($0.name) }
    object["limits"] = first.isEmpty ? nil : .object(JSONObject(members: first))
    return object
  }

  /// A limit of a release after this one is passed over.
  init(json: JSONObject, laterLimits: JSONObject) throws(ControlFailure) {
    var whole = json
    for member in laterLimits.members {
      var limits = whole["limits"]?.objectValue ?? [:]
      limits[member.name] = member.value
      var candidate = whole
      candidate["limits"] = .object(limits)
      if (try? AgentSpec(json: candidate)) != nil { whole = candidate }
    }
    try self.init(json: whole)
  }
}
