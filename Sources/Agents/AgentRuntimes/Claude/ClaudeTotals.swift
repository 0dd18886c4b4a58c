package import ControlModel

/// What a turn adds to its session.
package struct TurnSpending: Sendable, Hashable {
  package var usage: TokenUsage?
  package var cost: USD?
  /// Of what was said to be the cost.
  package var disbelief = Disbelief()

  package init(usage: TokenUsage? = nil, cost: USD? = nil) {
    self.usage = usage
    self.cost = cost
  }
}

/// Turns the running totals of Claude Code's `result` records into what each turn adds.
///
/// Totals belong to the process, and go on over a clean restart only; a total that went down belongs to a new process.
/// One that is not believed leaves the last that was.
package struct ClaudeTotals: Sendable {
  private var cost = USD.zero
  private var usage = TokenUsage.zero

  package init() {}

  package mutating func add(_ result: JSONObject) -> TurnSpending {
    var disbelief = Disbelief()
    let total: USD? = disbelief.take("total_cost_usd", result["total_cost_usd"])
    let models = disbelief.object("modelUsage", result["modelUsage"]).map { Self.sum($0, "modelUsage") }
    if let told = models?.disbelief { disbelief.note(told) }
    let known = models?.usage?.orElse(usage)
    let isRestart = total.map { $0 < cost } ?? false || known.map { $0.total < usage.total } ?? false
    let before = isRestart ? (usage: TokenUsage.zero, cost: USD.zero) : (usage: usage, cost: cost)
    cost = total ?? cost
    usage = known ?? usage
    // Since 2.1.330 the record says itself what was added.
    let name = "model_usage_since_last_result"
    if let added = disbelief.object(name, result[name]).map({ Self.sum($0, name) }) { return added }
    let turn = Self.usage(result["usage"])
    var added = TurnSpending(
      usage: (models?.usage).map { $0 - before.usage } ?? turn, cost: total.map { $0 - before.cost })
    added.disbelief = disbelief
    return added
  }

  /// The totals of all models; sub-agents are in them, which `result.usage` leaves out.
  private static func sum(_ models: JSONObject, _ place: String) -> TurnSpending {
    var usage = TokenUsage.zero
    var cost = USD.zero
    var disbelief = Disbelief()
    for model in models.members {
      let counts = disbelief.object("\(place).\(model.name)", model.value) ?? [:]
      func count(_ name: String) -> TokenCount? {
        disbelief.count("\(place).\(model.name).\(name)", counts[name])
      }
      usage =
        usage
        + TokenUsage(
          input: count("inputTokens"), output: count("outputTokens"), cacheRead: count("cacheReadInputTokens"),
          cacheWrite: count("cacheCreationInputTokens"))
      cost += disbelief.take("\(place).\(model.name).costUSD", counts["costUSD"]) ?? 0
    }
    var sum = TurnSpending(usage: usage, cost: cost)
    sum.disbelief = disbelief
    return sum
  }

  /// The `usage` of a message or a turn as Anthropic's API counts it.
  package static func usage(_ value: JSONValue?) -> TokenUsage? {
    TokenUsage(claim: "usage", value, usage)
  }

  private static func usage(_ object: JSONObject) -> TokenUsage {
    var disbelief = Disbelief()
    func count(_ name: String) -> TokenCount? { disbelief.count("usage.\(name)", object[name]) }
    var usage = TokenUsage(
      input: count("input_tokens"), output: count("output_tokens"), cacheRead: count("cache_read_input_tokens"),
      cacheWrite: count("cache_creation_input_tokens"))
    usage.disbelief = disbelief
    return usage
  }
}
