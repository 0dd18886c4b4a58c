/// An amount of US dollars in whole millionths, so that sums are exact.
package struct USD: Sendable, Hashable, Comparable {
  package var micros: Int64

  package static let zero = USD(micros: 0)

  package init(micros: Int64) {
    self.micros = micros
  }

  /// Rounded to the nearest millionth.
  package init(dollars: Double) {
    micros = Int64((min(max(dollars, -9e9), 9e9) * 1_000_000).rounded())
  }

  package var dollars: Double { Double(micros) / 1_000_000 }

  package static func + (left: USD, right: USD) -> USD { USD(micros: left.micros + right.micros) }
  package static func - (left: USD, right: USD) -> USD { USD(micros: left.micros - right.micros) }
  package static func < (left: USD, right: USD) -> Bool { left.micros < right.micros }
}

extension USD: CustomStringConvertible {
  /// `$1.92`; rounded to cents.
  package var description: String {
    let cents = (micros.magnitude + 5_000) / 10_000
    let rest = cents % 100
    return "\(micros < 0 ? "-" : "")$\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
