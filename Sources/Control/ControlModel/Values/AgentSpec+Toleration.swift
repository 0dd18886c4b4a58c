extension AgentSpec.Pod {
  private enum Comparison: String, CaseIterable {
    case exists = "Exists"
    case equal = "Equal"
    case less = "Lt"
    case greater = "Gt"
  }

  private enum Effect: String, CaseIterable {
    case noSchedule = "NoSchedule"
    case preferNoSchedule = "PreferNoSchedule"
    case noExecute = "NoExecute"
  }

  /// With the members and the rules of `v1.Toleration`. A server drops what it does not know without a word, and
  /// agent-sandbox takes what no pod can have: its controller fails over it for ever.
  static func toleration(_ toleration: inout SpecReader) throws(ControlFailure) -> JSONValue {
    var object = JSONObject()
    object["key"] = try toleration.labelName("key").map(JSONValue.string)
    let comparison: Comparison? = try toleration.word("operator")
    object["operator"] = comparison.map { .string($0.rawValue) }
    object["value"] = try toleration.labelValue("value").map(JSONValue.string)
    let effect: Effect? = try toleration.word("effect")
    object["effect"] = effect.map { .string($0.rawValue) }
    let seconds = try tolerationSeconds(&toleration)
    object["tolerationSeconds"] = seconds.map { JSONValue($0) }
    try toleration.finish()

    if comparison == .exists, let value = toleration.member("value"), value.text != "" {
      throw toleration.wrong("value", value, "left out beside the operator Exists, which takes any")
    }
    if comparison != .exists, (object["key"]?.stringValue ?? "").isEmpty { throw toleration.missing("key") }
    if effect != .noExecute, let value = toleration.member("tolerationSeconds") {
      throw toleration.wrong("tolerationSeconds", value, "left out unless the effect is NoExecute")
    }
    return .object(object)
  }

  private static func tolerationSeconds(_ toleration: inout SpecReader) throws(ControlFailure) -> Int64? {
    guard let value = toleration.member("tolerationSeconds") else { return nil }
    guard let seconds = value.text.flatMap({ Int64($0) }) else {
      throw toleration.wrong("tolerationSeconds", value, "a whole number of seconds such as 300", found: value.text)
    }
    return seconds
  }
}
