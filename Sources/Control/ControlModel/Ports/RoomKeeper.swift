/// An engine whose sandboxes share volumes with the stack's own data, as one on this machine does.
package protocol RoomKeeper: Sendable {
  /// Whether the database lies on volumes that are looked after here.
  var holdsDatabase: Bool { get }

  /// One look at the volumes, and what follows from it: the reserve is kept or given up, agents are frozen or go on.
  /// `histories`: what sessions take in the database, as far as known. Returns when the next look is due, in seconds.
  func keepRoom(histories: [SessionID: DiskSize]) async -> Double

  /// As of the last look; `nil` before the first.
  func diskStatus() async -> DiskStatus?

  /// Who takes most, as far as it was counted.
  func greatestUses(limit: Int) async -> [DiskUse]
}

/// Keeps who fills the disk where those who may see it see it.
package protocol DiskUseStore: Sendable {
  /// What the events of the sessions with most of them take in the database, about.
  func historySizes(limit: Int) async throws(ControlFailure) -> [SessionID: DiskSize]

  /// Takes the place of what was written before.
  func writeDiskUses(_ uses: [DiskUse]) async throws(ControlFailure)

  /// The greatest first.
  func diskUses() async throws(ControlFailure) -> [DiskUse]
}
