/// How full a volume is, as far as it matters to what is on it.
package enum DiskLevel: String, Sendable, Hashable, CaseIterable, Comparable {
  case ample
  /// Said, and by whom it was filled.
  case nearlyFull = "nearly-full"
  /// The agents that take most are frozen.
  case atReserve = "at-reserve"
  /// All agents are frozen, and the reserve goes to the database.
  case exhausted

  package static func < (left: DiskLevel, right: DiskLevel) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .ample: 0
    case .nearlyFull: 1
    case .atReserve: 2
    case .exhausted: 3
    }
  }
}

/// One volume, as the kernel tells of it.
package struct VolumeSpace: Sendable, Hashable {
  /// A directory on it.
  package var place: String
  /// In bytes; `free` is what others than root may take.
  package var total: Int64
  package var free: Int64
  /// How many files there can be, and how many more; 0 and 0 where the file system sets no number.
  package var files: Int64
  package var freeFiles: Int64

  package init(place: String, total: Int64, free: Int64, files: Int64 = 0, freeFiles: Int64 = 0) {
    self.place = place
    self.total = total
    self.free = free
    self.files = files
    self.freeFiles = freeFiles
  }
}

/// The fullest of the volumes that a stack's data lie on.
package struct DiskStatus: Sendable, Hashable {
  package var level: DiskLevel
  package var place: String
  package var free: DiskSize
  package var total: DiskSize
  /// It is the number of files that is at its end, not the room.
  package var lacksFiles: Bool
  /// Since when it has been at this level.
  package var since: Timestamp
  /// Agents that rest because of it.
  package var frozen: Count
  /// Room is still kept for the database.
  package var hasReserve: Bool

  package init(
    level: DiskLevel, place: String, free: DiskSize, total: DiskSize, lacksFiles: Bool = false, since: Timestamp,
    frozen: Count = 0, hasReserve: Bool = true
  ) {
    self.level = level
    self.place = place
    self.free = free
    self.total = total
    self.lacksFiles = lacksFiles
    self.since = since
    self.frozen = frozen
    self.hasReserve = hasReserve
  }

  /// To a hundredth of the volume, for what is written down: each change of it costs a row.
  package var rounded: DiskStatus {
    var status = self
    status.free = free.written { free in
      total.written { total in DiskSize(steps: total < 100 ? free : free / (total / 100) * (total / 100)) }
    }
    return status
  }

  /// A sentence without its full stop: `the disk is nearly full: 40 MiB of 500 MiB are free on /srv`.
  package var summary: String {
    let state =
      switch level {
      case .ample: "the disk has room"
      case .nearlyFull: "the disk is nearly full"
      case .atReserve: "the disk is full to its reserve"
      case .exhausted: "the disk is full"
      }
    return lacksFiles
      ? "\(state): hardly any more files can be made on \(place)" : "\(state): \(free) of \(total) are free on \(place)"
  }
}

/// What one session takes of the disk.
package struct DiskUse: Sendable, Hashable {
  package var session: SessionID
  package var team: ResourceName
  /// Its folder: workspace, journal, what the runner says.
  package var folder: DiskSize
  /// Its events in the database, where that is on the same machine; estimated by their number.
  package var history: DiskSize
  /// The folder has more files than were counted: it takes more than that.
  package var isPartial: Bool

  package init(
    session: SessionID, team: ResourceName, folder: DiskSize, history: DiskSize = .zero, isPartial: Bool = false
  ) {
    self.session = session
    self.team = team
    self.folder = folder
    self.history = history
    self.isPartial = isPartial
  }

  package var total: DiskSize { folder + history }
}

extension DiskStatus {
  package var json: JSONObject {
    [
      "level": .string(level.rawValue), "place": .string(place), "free": free.stored, "total": total.stored,
      "lacksFiles": .bool(lacksFiles), "since": .string(since.description), "frozenAgents": frozen.stored,
      "reserve": .bool(hasReserve),
    ]
  }

  /// `nil` for a level that this version does not know.
  package init?(json: JSONObject) {
    guard let level = json["level"]?.stringValue.flatMap(DiskLevel.init(rawValue:)) else { return nil }
    self.init(
      level: level, place: json["place"]?.stringValue ?? "", free: DiskSize(stored: json["free"]) ?? .zero,
      total: DiskSize(stored: json["total"]) ?? .zero, lacksFiles: json["lacksFiles"]?.boolValue ?? false,
      since: json["since"]?.stringValue.flatMap { Timestamp($0) } ?? Timestamp(microseconds: 0),
      frozen: Count(stored: json["frozenAgents"]) ?? 0, hasReserve: json["reserve"]?.boolValue ?? true)
  }
}
