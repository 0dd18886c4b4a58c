import ControlModel

/// Why an agent is frozen, and paused by its runner.
enum Rest: Sendable, Hashable {
  /// The volume of the stack has no room.
  case disk
  /// Its workspace takes more than its declaration allows.
  case workspace(bytes: DiskSize, limit: ByteSize)
  /// It was found so by an engine that does not know why: it goes on, unless there is a reason now.
  case found

  var reason: String {
    switch self {
    case .disk, .found: "DiskNearlyFull"
    case .workspace: "WorkspaceBeyondLimit"
    }
  }

  func message(_ status: DiskStatus?) -> String {
    switch self {
    case .found: SessionReason.abandoned.told()
    case .disk: SessionReason.disk.told(status?.summary ?? "the disk is full")
    case .workspace(let bytes, let limit):
      SessionReason.workspace.told("\(bytes)", "\(limit.written { DiskSize(steps: $0) })")
    }
  }
}
