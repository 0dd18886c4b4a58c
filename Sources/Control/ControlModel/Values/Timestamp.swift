/// A moment in UTC with the resolution Postgres keeps: microseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Within four digits of the year, so that a text can say it, and no difference or sum of two overflows.
  package let microseconds: Int64

  package static let earliest = Timestamp(microseconds: .min)
  package static let latest = Timestamp(microseconds: .max)
  /// What a record may say of itself: from 1970 to the end of the year 2199.
  package static let believable = Timestamp(microseconds: 0)...Timestamp(microseconds: 7_258_118_399_999_999)

  /// The nearest moment from the beginning of the year 1 to the end of the year 9999.
  package init(microseconds: Int64) {
    self.microseconds = min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  package func seconds(since earlier: Timestamp) -> Double {
    Double(microseconds - earlier.microseconds) / 1_000_000
  }

  /// Not at all for what is no number; no further than the ends of the calendar.
  package func advanced(bySeconds seconds: Double) -> Timestamp {
    // Twice as far as the calendar reaches, which is far from the end of 64 bits.
    let reach = 4e17
    let step = seconds.isNaN ? 0 : min(max(seconds * 1_000_000, -reach), reach)
    return Timestamp(microseconds: microseconds + Int64(step))
  }

  package func bounded(to range: ClosedRange<Timestamp>) -> Timestamp {
    min(max(self, range.lowerBound), range.upperBound)
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC, always with six digits of a second: `2026-11-22T20:18:00.000000Z`.
  package var description: String {
    let (day, timeOfDay) = microseconds.quotientAndRemainderFloored(by: 86_400_000_000)
    let date = CivilDate(daysSince1970: day)
    let second = timeOfDay / 1_000_000
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
      + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
      + ".\(padded(timeOfDay % 1_000_000, 6))Z"
  }

  /// `14:02:31`, the time of day in UTC.
  package var timeOfDay: String { String(description.dropFirst(11).prefix(8)) }

  /// Reads RFC 3339 with any number of fraction digits, `Z` or an offset such as `+02:00`; digits past the sixth are cut. A
  /// day or an hour that no calendar and no clock has is no moment, and is not made one of the next day.
  package init?(_ text: String) {
    var reader = DigitReader(text)
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
      let day = reader.number(2), reader.skip("T") || reader.skip("t") || reader.skip(" "),
      let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2),
      hour < 24, minute < 60
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard date.isInCalendar, let second = reader.skip(":") ? reader.number(2) : 0,
      second < 60 || second == 60 && minute == 59,
      let fraction = reader.skip(".") ? reader.fraction() : 0, let offset = reader.offset(), reader.isAtEnd
    else { return nil }
    let days = date.daysSince1970
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    self.init(microseconds: seconds * 1_000_000 + fraction)
  }
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
  fileprivate func quotientAndRemainderFloored(by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// A day of the proleptic Gregorian calendar; the arithmetic counts from 0000-03-01, so that the leap day comes last.
private struct CivilDate {
  var year: Int64
  var month: Int64
  var day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The year 0 is none that a `Timestamp` has.
  var isInCalendar: Bool {
    guard year > 0, (1...12).contains(month), (1...31).contains(day) else { return false }
    let there = CivilDate(daysSince1970: daysSince1970)
    return (there.month, there.day) == (month, day)
  }

  init(daysSince1970 days: Int64) {
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainderFloored(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var daysSince1970: Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = shiftedYear.quotientAndRemainderFloored(by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

private struct DigitReader {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func number(_ count: Int) -> Int64? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  /// The digits of a fraction as microseconds.
  mutating func fraction() -> Int64? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    let kept = digits.prefix(6).reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
    return (min(6, digits.count)..<6).reduce(kept) { value, _ in value * 10 }
  }

  /// Seconds east of UTC; a text without a zone is taken as UTC.
  mutating func offset() -> Int64? {
    if isAtEnd || skip("Z") || skip("z") { return 0 }
    let sign: Int64 = skip("-") ? -1 : 1
    guard sign < 0 || skip("+"), let hour = number(2) else { return nil }
    let hasMinutes = skip(":") || !isAtEnd
    guard let minute = hasMinutes ? number(2) : 0, hour < 24, minute < 60 else { return nil }
    return sign * (hour * 3600 + minute * 60)
  }
}
