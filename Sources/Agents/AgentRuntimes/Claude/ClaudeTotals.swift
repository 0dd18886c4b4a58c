package import ControlModel

/// Turns the running totals of Claude Code's `result` records into what each turn adds.
///
/// Totals belong to the process, and go on over a clean restart only; a total that went down belongs to a new process.
package struct ClaudeTotals: Sendable {
  private var cost = USD.zero
  private var usage = TokenUsage.zero

  package init() {}

  package mutating func add(_ result: JSONObject) -> (usage: TokenUsage?, cost: USD?) {
    let total = result["total_cost_usd"]?.doubleValue.map(USD.init(dollars:))
    let totalUsage = result["modelUsage"]?.objectValue.map(Self.sum)
    let isRestart =
      total.map { $0 < cost } ?? false || totalUsage.map { $0.usage.total < usage.total } ?? false
    let before = isRestart ? (usage: TokenUsage.zero, cost: USD.zero) : (usage: usage, cost: cost)
    cost = total ?? cost
    usage = totalUsage?.usage ?? usage
    // Since 2.1.330 the record says itself what was added.
    if let added = result["model_usage_since_last_result"]?.objectValue.map(Self.sum) { return added }
    let turn = result["usage"]?.objectValue.map(Self.usage)
    return (totalUsage.map { $0.usage - before.usage } ?? turn, total.map { $0 - before.cost })
  }

  /// The totals of all models; sub-agents are in them, which `result.usage` leaves out.
  private static func sum(_ models: JSONObject) -> (usage: TokenUsage, cost: USD?) {
    var usage = TokenUsage.zero
    var dollars = 0.0
    for model in models.members {
      func count(_ name: String) -> Int64 { model.value[name]?.integerValue ?? 0 }
      usage =
        usage
        + TokenUsage(
          input: count("inputTokens"), output: count("outputTokens"), cacheRead: count("cacheReadInputTokens"),
          cacheWrite: count("cacheCreationInputTokens"))
      dollars += model.value["costUSD"]?.doubleValue ?? 0
    }
    return (usage, USD(dollars: dollars))
  }

  /// The `usage` of a message or a turn as Anthropic's API counts it.
  package static func usage(_ object: JSONObject) -> TokenUsage {
    func count(_ name: String) -> Int64 { object[name]?.integerValue ?? 0 }
    return TokenUsage(
      input: count("input_tokens"), output: count("output_tokens"), cacheRead: count("cache_read_input_tokens"),
      cacheWrite: count("cache_creation_input_tokens"))
  }
}

extension TokenUsage {
  /// What was added; a count that went down adds nothing.
  package static func - (left: TokenUsage, right: TokenUsage) -> TokenUsage {
    TokenUsage(
      input: max(0, left.input - right.input), output: max(0, left.output - right.output),
      cacheRead: max(0, left.cacheRead - right.cacheRead), cacheWrite: max(0, left.cacheWrite - right.cacheWrite))
  }
}
