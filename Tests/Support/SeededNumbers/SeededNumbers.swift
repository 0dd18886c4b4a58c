import Foundation

/// Random numbers that come again with their seed, the same on every machine: SplitMix64.
package struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(_ seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  /// A seed that is printed, so that a failure can be made again: `PADDOCK_TEST_SEED`, otherwise a new one.
  package static func seed(of test: String) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["PADDOCK_TEST_SEED"].flatMap { UInt64($0) }
    let seed = given ?? .random(in: 0...999_999)
    print("\(test): PADDOCK_TEST_SEED=\(seed)")
    return seed
  }
}
