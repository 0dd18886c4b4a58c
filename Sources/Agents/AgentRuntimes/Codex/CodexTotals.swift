import ControlModel

/// Turns the running totals of `thread/tokenUsage/updated` into what each record adds.
///
/// Totals belong to the thread and go on over restarts. A resumed thread repeats its last record, and one that a killed
/// runner never read is made up for by the next; so differences are counted, not `last`.
struct CodexTotals: Sendable {
  private var total: TokenUsage?

  /// A new thread counts from 0; of another's total nothing is known until its first record.
  init(startingAtZero: Bool = false) {
    total = startingAtZero ? .zero : nil
  }

  /// `isOwn`: the record is of a turn of this process, not the repetition that greets a resumed thread.
  mutating func add(_ record: JSONObject, isOwn: Bool) -> TokenUsage? {
    guard let value = record["tokenUsage"], !value.isNull else { return nil }
    guard let usage = value.objectValue else { return TokenUsage(claim: "tokenUsage", value, Self.usage) }
    guard let now = TokenUsage(claim: "tokenUsage.total", usage["total"], Self.usage) else { return nil }
    let last = TokenUsage(claim: "tokenUsage.last", usage["last"], Self.usage) ?? .zero
    defer { total = now.orElse(total ?? .zero) }
    // Without a journal, what the thread used before is not this session's.
    guard let before = total else { return isOwn ? last : nil }
    // A total that went down belongs to another thread.
    guard now.orElse(before).total >= before.total else { return last }
    let added = now - before
    return added.total == 0 && added.disbelief.isEmpty ? nil : added
  }

  /// Codex counts cached input within the input, and reasoning within the output.
  private static func usage(_ object: JSONObject) -> TokenUsage {
    var disbelief = Disbelief()
    func count(_ name: String) -> TokenCount? { disbelief.count("tokenUsage.\(name)", object[name]) }
    let cached = count("cachedInputTokens")
    let written = count("cacheWriteInputTokens")
    var usage = TokenUsage(
      input: count("inputTokens").map { $0 - (cached ?? 0) - (written ?? 0) }, output: count("outputTokens"),
      cacheRead: cached, cacheWrite: written)
    usage.disbelief = disbelief
    return usage
  }
}
