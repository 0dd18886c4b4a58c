import ControlModel
import Logging

/// Keeps the volumes of the stack's data from filling up, with the lease or without: what fills them may be what keeps
/// the database from answering. Two lanes, so that such a database holds up no look at the volumes.
actor RoomDuty {
  private let keeper: any RoomKeeper
  private let store: (any DiskUseStore)?
  private let logger: Logger
  private var histories: [SessionID: DiskSize] = [:]
  private var told: DiskLevel?
  private var written: [DiskUse]?

  /// Sessions whose size is written down, and those of which it is asked what their history takes.
  private static let mostUses = 8
  private static let mostHistories = 256

  init(keeper: any RoomKeeper, store: (any DiskUseStore)?, logger: Logger) {
    self.keeper = keeper
    self.store = store
    self.logger = logger
  }

  func watch() async {
    while !Task.isCancelled {
      let pause = await keeper.keepRoom(histories: histories)
      if let status = await keeper.diskStatus(), status.level != told {
        if told != nil || status.level > .ample { note(status) }
        told = status.level
      }
      try? await Task.sleep(for: .seconds(pause))
    }
  }

  private func note(_ status: DiskStatus) {
    logger.log(
      level: status.level >= .atReserve ? .error : status.level == .ample ? .notice : .warning,
      "\(status.summary)", metadata: ["level": "\(status.level.rawValue)", "frozen": "\(status.frozen)"])
  }

  /// While the disk is nearly full, and once more when it is not any longer. By the core at work alone: another one has
  /// counted nothing.
  func tell(while isAtWork: @Sendable () async -> Bool) async {
    guard let store else { return }
    while !Task.isCancelled {
      if await isAtWork() {
        do throws(ControlFailure) { try await tell(store) } catch {
          logger.debug("Who fills the disk was not written down", metadata: ["failure": "\(error)"])
        }
      }
      try? await Task.sleep(for: .seconds(2))
    }
  }

  private func tell(_ store: any DiskUseStore) async throws(ControlFailure) {
    var uses: [DiskUse] = []
    if let level = told, level > .ample {
      if keeper.holdsDatabase { histories = try await store.historySizes(limit: Self.mostHistories) }
      uses = await keeper.greatestUses(limit: Self.mostUses)
    }
    guard uses != written else { return }
    try await store.writeDiskUses(uses)
    written = uses
  }
}
