/// Tokens of one message or one turn, as the model's provider counts them. A count that was claimed and is not believed
/// is `nil`: it is not known, and adds nothing.
package struct TokenUsage: Sendable, Hashable {
  /// Uncached input.
  package var input: TokenCount?
  package var output: TokenCount?
  package var cacheRead: TokenCount?
  package var cacheWrite: TokenCount?
  /// On the way from a record to its event, which says them.
  package var disbelief = Disbelief()

  package static let zero = TokenUsage()

  package init(
    input: TokenCount? = 0, output: TokenCount? = 0, cacheRead: TokenCount? = 0, cacheWrite: TokenCount? = 0
  ) {
    self.input = input
    self.output = output
    self.cacheRead = cacheRead
    self.cacheWrite = cacheWrite
  }

  package var total: TokenCount {
    [input, output, cacheRead, cacheWrite].reduce(.zero) { $0 + ($1 ?? .zero) }
  }

  package static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
    left.merging(right) { left, right in
      guard let left, let right else { return left ?? right }
      return left + right
    }
  }

  /// What was added; a count that went down adds nothing, and one that is not known stays so.
  package static func - (left: TokenUsage, right: TokenUsage) -> TokenUsage {
    left.merging(right) { left, right in left.map { $0 - (right ?? .zero) } }
  }

  /// Where a count is not known, that of `other`.
  package func orElse(_ other: TokenUsage) -> TokenUsage {
    var filled = merging(other) { $0 ?? $1 }
    filled.disbelief = Disbelief()
    return filled
  }

  private func merging(
    _ other: TokenUsage, _ merge: (TokenCount?, TokenCount?) -> TokenCount?
  ) -> TokenUsage {
    var merged = TokenUsage(
      input: merge(input, other.input), output: merge(output, other.output),
      cacheRead: merge(cacheRead, other.cacheRead), cacheWrite: merge(cacheWrite, other.cacheWrite))
    merged.disbelief = disbelief
    merged.disbelief.note(other.disbelief)
    return merged
  }
}

extension TokenUsage {
  /// Not known is `null`, which former versions read as 0.
  package var json: JSONObject {
    [
      "input": input?.stored ?? .null, "output": output?.stored ?? .null, "cacheRead": cacheRead?.stored ?? .null,
      "cacheWrite": cacheWrite?.stored ?? .null,
    ]
  }

  /// What a runtime has in the place of its counts, as `read` finds it in an object; `nil` where nothing stands there. Of
  /// anything else no count is known.
  package init?(claim name: String, _ value: JSONValue?, _ read: (JSONObject) -> TokenUsage) {
    guard let value, !value.isNull else { return nil }
    if let object = value.objectValue {
      self = read(object)
    } else {
      self.init(input: nil, output: nil, cacheRead: nil, cacheWrite: nil)
      disbelief.note(name, value)
    }
  }

  /// Of one event. A member that is missing counts as 0, and one that is no number is not known.
  package init(json: JSONObject) {
    var disbelief = Disbelief()
    func count(_ name: String) -> TokenCount? {
      json[name] == .null ? nil : disbelief.count("usage.\(name)", json[name])
    }
    self.init(
      input: count("input"), output: count("output"), cacheRead: count("cacheRead"), cacheWrite: count("cacheWrite"))
    self.disbelief = disbelief
  }

  /// A session's totals.
  package init(totals json: JSONObject) {
    func count(_ name: String) -> TokenCount { TokenCount(stored: json[name]) ?? .zero }
    self.init(
      input: count("input"), output: count("output"), cacheRead: count("cacheRead"), cacheWrite: count("cacheWrite"))
  }
}
