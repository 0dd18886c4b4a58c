import ControlModel
import Volumes

/// What was counted of one session's folder.
struct SessionSize: Sendable, Hashable {
  var team: ResourceName
  /// What the agent sees as `/workspace`.
  var workspace: FolderSize
  /// Journal, logs and records.
  var rest: FolderSize

  var bytes: Int64 { workspace.bytes.addingReportingOverflow(rest.bytes).partialValue }
  var isPartial: Bool { workspace.isPartial || rest.isPartial }
}

/// Whose size is to be known.
struct MeasuredSession: Sendable {
  var paths: SessionPaths
  var team: ResourceName
}

extension SessionSize {
  /// Files of one session, and of all of one round, that are looked at: some tenths of a second, and some seconds.
  static let mostEntries = 100_000
  static let mostOfRound = 1_000_000

  init(of session: MeasuredSession) {
    team = session.team
    // What the file system counts by itself need not be counted.
    workspace =
      (try? ProjectQuota(folder: session.paths.volume).state()).map { FolderSize(bytes: $0.bytes) }
      ?? FolderSize(of: session.paths.volume, mostEntries: Self.mostEntries)
    var rest = FolderSize(of: session.paths.journalDirectory, mostEntries: 1_000)
    let sandbox = FolderSize(of: session.paths.sandbox, mostEntries: 1_000)
    rest.bytes += sandbox.bytes
    rest.isPartial = rest.isPartial || sandbox.isPartial
    self.rest = rest
  }

  /// In the order given, as far as a round goes.
  static func measure(_ sessions: [MeasuredSession]) -> [SessionID: SessionSize] {
    var sizes: [SessionID: SessionSize] = [:]
    var entries = 0
    for session in sessions where entries < mostOfRound {
      let size = SessionSize(of: session)
      entries += size.workspace.entries
      sizes[session.paths.session] = size
    }
    return sizes
  }
}
