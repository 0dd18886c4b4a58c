/// US dollars in whole millionths, so that sums are exact. Nothing gives money back: there are no negative amounts, and
/// no event is believed that says it cost more than a million.
package enum USDollars: AmountUnit {
  package static var scale: Int64 { 1_000_000 }
  package static var range: ClosedRange<Int64> { 0...9_000_000_000_000_000 }
  package static var believable: ClosedRange<Int64> { 0...1_000_000_000_000 }

  /// `$1.92`; rounded to cents.
  package static func describe(_ steps: Int64) -> String {
    let cents = (steps + 5_000) / 10_000
    let rest = cents % 100
    return "$\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
package typealias USD = Amount<USDollars>

extension Amount where Unit == USDollars {
  package init(micros: Int64) { self.init(steps: micros) }

  /// Of what an operator says, rounded to the nearest millionth; the nearest amount where there is none such.
  package init(dollars: Double) {
    self = USD(stored: JSONValue((dollars * 1_000_000).rounded())) ?? USD(steps: dollars > 0 ? Int64.max : 0)
  }

  package var dollars: Double { written { Double($0) / 1_000_000 } }
}
