/// Claims that nobody believes, such as `usage.input 9223372036854775807`: they count as unknown, are kept in an event's
/// `raw`, and are said.
package struct Disbelief: Sendable, Hashable {
  /// A record can claim as much as it likes; whoever reads of so many knows enough.
  private static let maximumClaims = 16
  /// Bytes: a character can be as long as a text.
  private static let maximumLength = 80

  package private(set) var claims: [String] = []

  package init() {}

  package var isEmpty: Bool { claims.isEmpty }

  package mutating func note(_ name: String, _ value: String) {
    let claim = "\(name) \(value)"
    guard claims.count < Self.maximumClaims else { return }
    claims.append(claim.utf8.count > Self.maximumLength ? claim.bounded(toBytes: Self.maximumLength - 3) + "…" : claim)
  }

  package mutating func note(_ other: Disbelief) {
    claims += other.claims.filter { !claims.contains($0) }.prefix(max(0, Self.maximumClaims - claims.count))
  }

  /// What stands where a number belongs, or an object: its type, and no more than a word of what it says.
  package mutating func note(_ name: String, _ value: JSONValue) {
    switch value {
    case .null: break
    case .bool(let flag): note(name, flag ? "true" : "false")
    case .number(let text): note(name, text)
    case .string(let text): note(name, "\"\(text.bounded(toBytes: Self.maximumLength))\"")
    case .array: note(name, "[…]")
    case .object: note(name, "{…}")
    }
  }

  /// What is claimed in units; `nil` where nothing is, and where it is not believed.
  package mutating func take<Unit>(
    _ name: String, _ value: JSONValue?, as: Amount<Unit>.Type = Amount<Unit>.self
  ) -> Amount<Unit>? {
    judge(name, value, Amount(claim: value))
  }

  /// What is claimed in steps.
  package mutating func takeSteps<Unit>(
    _ name: String, _ value: JSONValue?, as: Amount<Unit>.Type = Amount<Unit>.self
  ) -> Amount<Unit>? {
    judge(name, value, Amount(claimedSteps: value))
  }

  /// What is claimed in thousandths or thousands of the unit.
  package mutating func take<Unit>(
    _ name: String, _ value: JSONValue?, times factor: Double, as: Amount<Unit>.Type = Amount<Unit>.self
  ) -> Amount<Unit>? {
    judge(name, value, (value?.doubleValue).flatMap { Amount(claim: $0 * factor) })
  }

  /// A count that is nothing where it is not told.
  package mutating func count(_ name: String, _ value: JSONValue?) -> TokenCount? {
    guard let value, !value.isNull else { return .zero }
    return take(name, value)
  }

  /// A record within the record; `nil` where there is none, and where something else stands there.
  package mutating func object(_ name: String, _ value: JSONValue?) -> JSONObject? {
    guard let value else { return nil }
    if value.objectValue == nil { note(name, value) }
    return value.objectValue
  }

  /// The nearest moment that is believed.
  package mutating func take(_ name: String, _ time: Timestamp) -> Timestamp {
    if !Timestamp.believable.contains(time) { note(name, time.description) }
    return time.bounded(to: Timestamp.believable)
  }

  private mutating func judge<Unit>(
    _ name: String, _ value: JSONValue?, _ amount: Amount<Unit>?
  ) -> Amount<Unit>? {
    if let value, amount == nil { note(name, value) }
    return amount
  }
}

extension Disbelief {
  static let member = "disbelieved"

  /// As an event's `detail` has it.
  init(detail: JSONObject) {
    for claim in detail[Self.member]?.arrayValue ?? [] {
      if let text = claim.stringValue, claims.count < Self.maximumClaims { claims.append(text) }
    }
  }
}
