import ControlModel
import SeededNumbers
import Testing

@testable import SandboxRunner

/// The bounds of a journal's growth, with a clock that is handed in.
@Suite struct JournalMeterTests {
  /// Whoever takes only while there is no debt takes no more in any stretch of time than is allowed for it.
  @Test(arguments: [1, 7, 42, 1_000, 99_991] as [UInt64])
  func noStretchOfTimeHasMoreThanItsShare(seed: UInt64) {
    var random = SeededNumbers(seed)
    let perMinute = Double.random(in: 1...100_000, using: &random)
    let largest = Double.random(in: 1...perMinute * 2, using: &random)
    var bucket = TokenBucket(perMinute: perMinute, at: 5)
    var (now, taken) = (5.0, [(time: Double, amount: Double)]())
    for _ in 0..<2_000 {
      now += Double.random(in: 0...1, using: &random) < 0.8 ? 0 : Double.random(in: 0...20, using: &random)
      let wait = bucket.wait(at: now)
      #expect(wait >= 0 && wait <= largest / perMinute * 60 + 0.2, "seed \(seed)")
      now += wait
      #expect(bucket.wait(at: now) == 0, "seed \(seed): a wait that was waited is over")
      let amount = Double.random(in: 0...largest, using: &random)
      bucket.take(amount, at: now)
      taken.append((now, amount))
    }
    for _ in 0..<200 {
      let first = Int.random(in: 0..<taken.count, using: &random)
      let last = Int.random(in: first..<taken.count, using: &random)
      let sum = taken[first...last].reduce(0) { $0 + $1.amount }
      let allowed = perMinute * (1 + (taken[last].time - taken[first].time) / 60)
      #expect(sum <= allowed + largest + 1e-6 * allowed, "seed \(seed)")
    }
  }

  @Test func aClockThatGoesBackGivesAndTakesNothing() {
    var bucket = TokenBucket(perMinute: 60, at: 100)
    bucket.take(61, at: 100)
    #expect(bucket.wait(at: 50) > 1)
    #expect(bucket.wait(at: 102) == 0)
  }

  @Test func aBurstOfAMinuteIsFreeAndCalmComesBackWithHalfOfIt() {
    var meter = JournalMeter(JournalBounds(eventsPerMinute: 600), events: 0, bytes: 0, at: 0)
    for _ in 0..<600 { meter.note(bytes: 85, at: 0) }
    #expect(meter.wait(at: 0) == 0 && !meter.isCalm(at: 0))
    meter.note(bytes: 85, at: 0)
    #expect(abs(meter.wait(at: 0) - 0.2) < 0.001)
    #expect(meter.exceededRate(at: 0) == "600 events a minute")
    #expect(!meter.isCalm(at: 29) && meter.isCalm(at: 31))
  }

  @Test func bytesHaveARateOfTheirOwn() {
    var meter = JournalMeter(JournalBounds(eventsPerMinute: 600, bytesPerMinute: 1024), events: 0, bytes: 0, at: 0)
    meter.note(bytes: 2048, at: 0)
    #expect(abs(meter.wait(at: 0) - 60.1) < 0.001)
    #expect(meter.exceededRate(at: 0) == "1 KiB a minute")
    meter.setBounds(JournalBounds(), at: 0)
    #expect(meter.wait(at: 0) == 0)
  }

  @Test func whatIsFullSaysItsBoundAndTheWayOn() {
    var meter = JournalMeter(
      JournalBounds(events: 3, bytes: ByteSize(steps: Int64(3) << 30)), events: 2, bytes: 1 << 30, at: 0)
    #expect(meter.excess == nil)
    meter.note(bytes: 10, at: 0)
    #expect(
      meter.excess
        == "its journal has 3 events, its bound is 3: raise limits.journal of the agent, or purge the session")
    meter.setBounds(JournalBounds(bytes: ByteSize(steps: Int64(1) << 30)), at: 0)
    #expect(meter.excess?.hasPrefix("its journal holds 1 GiB, its bound is 1 GiB") == true)
    meter.setBounds(JournalBounds(), at: 0)
    #expect(meter.excess == nil)
  }

  @Test(arguments: [
    (1, "1 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (2_147_483_647, "1.9 GiB"),
    (2_147_483_648, "2 GiB"), (Int64.max, "8 PiB"),
  ]) func sizesAreRoundedDown(bytes: Int64, text: String) {
    #expect(ByteSize(steps: bytes).rounded == text)
  }
}
