/// What an amount counts, and which numbers of it make sense.
package protocol AmountUnit: Sendable {
  /// How many steps, in which amounts are kept, make one of the unit: a dollar has a million.
  static var scale: Int64 { get }
  /// All that is ever kept, in steps; sums end at its bounds. No upper bound is above 2^53, so that every JSON reader
  /// reads the exact number, and four amounts can be added in 64 bits.
  static var range: ClosedRange<Int64> { get }
  /// What a single claim from outside may say to be believed, in steps.
  static var believable: ClosedRange<Int64> { get }
  /// It is counted, not measured: a claim of a half is none.
  static var isWhole: Bool { get }
  static func describe(_ steps: Int64) -> String
}

extension AmountUnit {
  package static var scale: Int64 { 1 }
  package static var believable: ClosedRange<Int64> { range }
  package static var isWhole: Bool { false }
  package static func describe(_ steps: Int64) -> String { String(steps) }
}

/// A number that comes from outside: of an agent, a file, a row, an answer. It is within its unit's range whatever was
/// claimed, its sums and differences end at the bounds instead of trapping, and it is never handed out as a plain integer
/// that somebody could add up: `written(by:)` is for rows and screens, `stored` for JSON.
package struct Amount<Unit: AmountUnit>: Sendable, Hashable, Comparable {
  private let steps: Int64

  /// Of what was kept before, or is certain; the nearest amount where it is out of range.
  package init(steps: some BinaryInteger) {
    self.steps = min(max(Int64(clamping: steps), Unit.range.lowerBound), Unit.range.upperBound)
  }

  /// `nil` unless one claim may say so many units: not for numbers that are negative, absurd or none at all.
  package init?(claim units: Double) {
    self.init(claimedSteps: units * Double(Unit.scale))
  }

  /// The same of a number of steps.
  package init?(claimedSteps steps: Double) {
    let whole = steps.rounded(Unit.scale == 1 ? .towardZero : .toNearestOrAwayFromZero)
    guard steps.sign == .plus || steps == 0, let exact = Int64(exactly: whole), Unit.believable.contains(exact),
      !Unit.isWhole || whole == steps
    else { return nil }
    self.steps = exact
  }

  /// `nil` for a value that is no number, too.
  package init?(claim value: JSONValue?) {
    guard let units = value?.doubleValue else { return nil }
    self.init(claim: units)
  }

  package init?(claimedSteps value: JSONValue?) {
    guard let steps = value?.doubleValue else { return nil }
    self.init(claimedSteps: steps)
  }

  /// A total as `stored` wrote it, or as a former version did.
  package init?(stored value: JSONValue?) {
    guard let steps = value?.doubleValue, !steps.isNaN else { return nil }
    let (least, most) = (Unit.range.lowerBound, Unit.range.upperBound)
    self.init(steps: steps <= Double(least) ? least : steps >= Double(most) ? most : Int64(steps.rounded()))
  }

  package static var zero: Amount { Amount(steps: 0) }

  package static func + (left: Amount, right: Amount) -> Amount {
    let (sum, overflow) = left.steps.addingReportingOverflow(right.steps)
    return Amount(steps: overflow ? .max : sum)
  }

  package static func - (left: Amount, right: Amount) -> Amount {
    let (difference, overflow) = left.steps.subtractingReportingOverflow(right.steps)
    return Amount(steps: overflow ? .min : difference)
  }

  package static func += (left: inout Amount, right: Amount) { left = left + right }

  package static func < (left: Amount, right: Amount) -> Bool { left.steps < right.steps }

  /// Hands the steps to what writes them down: a column, a list, a file of the kernel. What comes back is no number to go
  /// on counting with.
  package func written<Form>(by write: (Int64) throws -> Form) rethrows -> Form { try write(steps) }

  /// The steps as JSON.
  package var stored: JSONValue { JSONValue(steps) }
}

extension Amount: CustomStringConvertible {
  package var description: String { Unit.describe(steps) }
}

extension Amount: ExpressibleByIntegerLiteral {
  /// So many units, as the source says.
  package init(integerLiteral units: Int64) {
    let (steps, overflow) = units.multipliedReportingOverflow(by: Unit.scale)
    self.init(steps: overflow ? (units < 0 ? Int64.min : .max) : steps)
  }
}
