package import ControlModel

/// How far the operator's clock is from UTC; what screens show is local, what is stored is not.
package struct LocalTime: Sendable {
  private let offset: @Sendable (Timestamp) -> Int64

  /// `offset` gives the seconds east of UTC at a moment.
  package init(offset: @escaping @Sendable (Timestamp) -> Int64) { self.offset = offset }

  package static let utc = LocalTime { _ in 0 }

  /// `14:02:31`
  package func timeOfDay(_ time: Timestamp) -> CleanText { CleanText(untrusted: shifted(time).timeOfDay) }

  /// `14:02`
  package func hourAndMinute(_ time: Timestamp) -> CleanText {
    CleanText(untrusted: String(shifted(time).timeOfDay.prefix(5)))
  }

  /// `2026-11-22 14:02:31`
  package func dateAndTime(_ time: Timestamp) -> CleanText {
    let text = shifted(time).description
    return CleanText(untrusted: "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))")
  }

  /// The operator's midnight before a moment.
  package func startOfDay(_ time: Timestamp) -> Timestamp {
    let sinceMidnight = shifted(time).microseconds % 86_400_000_000
    return Timestamp(microseconds: time.microseconds - max(0, sinceMidnight))
  }

  private func shifted(_ time: Timestamp) -> Timestamp {
    Timestamp(microseconds: time.microseconds + offset(time) * 1_000_000)
  }
}

/// Amounts in the few columns that a list has for them.
package enum Quantity {
  /// `12s`, `41m`, `3h`, `5d`; never negative, whatever the clocks say.
  package static func age(_ seconds: Double) -> CleanText {
    let whole = Int64(min(max(0, seconds), 1e12))
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return "\(whole / 60)m"
    case ..<172_800: return "\(whole / 3600)h"
    default: return "\(whole / 86_400)d"
    }
  }

  /// `850`, `8.5k`, `212k`, `1.2M`
  package static func count(_ number: Int64) -> CleanText {
    switch number {
    case ..<1000: return "\(number)"
    case ..<10_000: return "\(number / 1000).\(number % 1000 / 100)k"
    case ..<1_000_000: return "\(number / 1000)k"
    default: return "\(number / 1_000_000).\(number % 1_000_000 / 100_000)M"
    }
  }

  /// `0.1s`, `14s`, `2m05s`
  package static func duration(milliseconds: Int64) -> CleanText {
    let tenths = max(0, milliseconds) / 100
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10)s" }
    let seconds = tenths / 10
    if seconds < 60 { return "\(seconds)s" }
    let rest = seconds % 60
    return rest < 10 ? "\(seconds / 60)m0\(rest)s" : "\(seconds / 60)m\(rest)s"
  }

  package static func count(_ tokens: TokenCount) -> CleanText { tokens.written { count($0) } }

  package static func duration(_ time: Milliseconds) -> CleanText { time.written { duration(milliseconds: $0) } }

  package static func cost(_ amount: USD) -> CleanText { CleanText(untrusted: amount.description) }
}
