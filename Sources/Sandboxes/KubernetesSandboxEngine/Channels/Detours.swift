/// Addresses that took no connection while the API server's proxy reached the runner: a network policy, or a core
/// outside of the pods' network. A value.
struct Detours: Sendable {
  /// How long an address is left alone. Each try costs the time that a connection is given.
  static let patience = Duration.seconds(300)

  private var ends: [PodAddress: ContinuousClock.Instant] = [:]

  func leads(around address: PodAddress, at instant: ContinuousClock.Instant) -> Bool {
    ends[address].map { instant < $0 } ?? false
  }

  mutating func note(_ address: PodAddress, at instant: ContinuousClock.Instant) {
    ends = ends.filter { instant < $0.value }
    ends[address] = instant + Self.patience
  }
}
