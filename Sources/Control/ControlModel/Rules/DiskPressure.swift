/// What follows from how full the volumes are: pure, apart from what was decided before.
package struct DiskPressure: Sendable, Hashable {
  package private(set) var status: DiskStatus?

  /// Bytes a second that nothing here writes faster than; the next look comes before they could have taken the room.
  private static let fastest = 1e9
  private static let pauses = 0.05...1.0

  package init() {}

  /// Room that is counted as taken while the reserve is given up: else its return would look like room.
  package mutating func look(at volumes: [(space: VolumeSpace, missingReserve: Int64)], now: Timestamp) {
    var worst: (level: DiskLevel, space: VolumeSpace, lacksFiles: Bool)?
    let former = status?.level ?? .ample
    for (space, missing) in volumes {
      let bytes = DiskLines(bytes: space.total).level(free: space.free - missing, after: former)
      let files =
        space.files > 0 ? DiskLines(files: space.files).level(free: space.freeFiles, after: former) : .ample
      let level = max(bytes, files)
      if worst.map({ level > $0.level }) ?? true { worst = (level, space, files > bytes) }
    }
    guard let worst else { return }
    let isNew = status.map { $0.level != worst.level || $0.place != worst.space.place } ?? true
    status = DiskStatus(
      level: worst.level, place: worst.space.place, free: DiskSize(steps: worst.space.free),
      total: DiskSize(steps: worst.space.total), lacksFiles: worst.lacksFiles,
      since: isNew ? now : status?.since ?? now, frozen: status?.frozen ?? 0,
      hasReserve: !volumes.contains { $0.missingReserve > 0 })
  }

  package mutating func note(frozen: Int) { status?.frozen = Count(steps: frozen) }

  /// Seconds until the next look.
  package static func pause(before spaces: [VolumeSpace]) -> Double {
    let margins = spaces.map { Double(max(0, $0.free - DiskLines(bytes: $0.total).atReserve)) }
    return min(max((margins.min() ?? 0) / fastest, pauses.lowerBound), pauses.upperBound)
  }

  /// The agents that are to rest: first those that take no less than the mean, and those of which it is not known; in the
  /// end all, as what the others write is the database's last room.
  package static func resting(_ sizes: [SessionID: Int64?], at level: DiskLevel) -> Set<SessionID> {
    switch level {
    case .ample, .nearlyFull: return []
    case .exhausted: return Set(sizes.keys)
    case .atReserve:
      let known = sizes.values.compactMap { $0.map(Double.init) }
      let mean = known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
      return Set(sizes.filter { entry in entry.value.map { Double($0) >= mean } ?? true }.keys)
    }
  }

  /// Whether a workspace is beyond its limit; one that was stays so until it has shrunk by a twentieth.
  package static func isBeyond(_ limit: ByteSize, bytes: Int64, wasBeyond: Bool) -> Bool {
    limit.written { bytes > (wasBeyond ? $0 - $0 / 20 : $0) }
  }
}
