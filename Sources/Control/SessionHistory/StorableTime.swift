import ControlModel

extension Timestamp {
  /// What the schema takes: from 1970 to 2200. Who wrote a time beyond that was wrong, and what was written stays.
  var storable: Timestamp { min(max(self, Self.earliestStored), Self.latestStored) }

  private static let earliestStored = Timestamp(microseconds: 0)
  /// 2200-01-01T00:00:00Z.
  private static let latestStored = Timestamp(microseconds: 7_258_118_400_000_000)
}
