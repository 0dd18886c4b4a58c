/// The most that any total holds: below 2^53, so that it is the same number in every JSON reader.
private let greatestTotal: Int64 = 9_000_000_000_000_000

/// Tokens as a model's provider counts them; no event is believed that says it took more than 10^12.
package enum Tokens: AmountUnit {
  package static var isWhole: Bool { true }
  package static var range: ClosedRange<Int64> { 0...greatestTotal }
  package static var believable: ClosedRange<Int64> { 0...1_000_000_000_000 }
}
package typealias TokenCount = Amount<Tokens>

/// How long something took; no turn and no tool takes ten years.
package enum ElapsedMilliseconds: AmountUnit {
  package static var range: ClosedRange<Int64> { 0...315_360_000_000 }
}
package typealias Milliseconds = Amount<ElapsedMilliseconds>

/// How often something happened.
package enum Occurrences: AmountUnit {
  package static var isWhole: Bool { true }
  package static var range: ClosedRange<Int64> { 0...greatestTotal }
}
package typealias Count = Amount<Occurrences>

/// Entries of journals, as far as one may be allowed to have them.
package enum JournalEntries: AmountUnit {
  package static var isWhole: Bool { true }
  package static var range: ClosedRange<Int64> { 1...1_000_000_000_000 }
}
package typealias EventCount = Amount<JournalEntries>

/// Sizes of memory and volumes, up to 8 PiB.
package enum Bytes: AmountUnit {
  package static var range: ClosedRange<Int64> { 1...1 << 53 }
}
package typealias ByteSize = Amount<Bytes>

/// What lies on a volume, or is free there.
package enum DiskBytes: AmountUnit {
  package static var range: ClosedRange<Int64> { 0...1 << 53 }
  /// `412 MiB`, `1.3 GiB`; for readers, not for programs.
  package static func describe(_ steps: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var (whole, rest, unit) = (steps, Int64(0), 0)
    while whole >= 1024, unit < units.count - 1 {
      (whole, rest, unit) = (whole / 1024, whole % 1024, unit + 1)
    }
    return unit > 0 && whole < 10 ? "\(whole).\(rest * 10 / 1024) \(units[unit])" : "\(whole) \(units[unit])"
  }
}
package typealias DiskSize = Amount<DiskBytes>

/// Processors, in thousandths; the kernel refuses shares of one that are much smaller.
package enum Processors: AmountUnit {
  package static var scale: Int64 { 1000 }
  package static var range: ClosedRange<Int64> { 1...100_000_000 }
  /// `0.5`
  package static func describe(_ steps: Int64) -> String {
    steps % 1000 == 0 ? String(steps / 1000) : "\(Double(steps) / 1000)"
  }
}
package typealias ProcessorCount = Amount<Processors>

/// Processes and threads, as far as Linux can number them.
package enum Processes: AmountUnit {
  package static var isWhole: Bool { true }
  package static var range: ClosedRange<Int64> { 1...4_194_304 }
}
package typealias ProcessCount = Amount<Processes>

extension Amount where Unit == ElapsedMilliseconds {
  /// Of a clock's difference; a clock that was set back says nothing happened.
  package init(seconds: Double) {
    self = Milliseconds(claimedSteps: max(0, seconds) * 1000) ?? Milliseconds(steps: seconds > 0 ? Int64.max : 0)
  }
}

extension Amount where Unit == Processors {
  package var processors: Double { written { Double($0) / 1000 } }
}

extension Amount: ExpressibleByFloatLiteral where Unit == Processors {
  package init(floatLiteral processors: Double) {
    self = ProcessorCount(claim: processors) ?? ProcessorCount(steps: processors > 0 ? Int64.max : 0)
  }
}
