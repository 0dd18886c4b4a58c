import ControlModel

/// The stack's disk as a core last told of it.
package struct KnownDisk: Sendable, Hashable {
  /// Seconds after which it is said how old this is.
  static let fresh = 45.0

  let status: DiskStatus
  /// The greatest first, of those that this operator may see.
  let uses: [DiskUse]
  let seenAt: Timestamp

  init(status: DiskStatus, uses: [DiskUse], at seenAt: Timestamp) {
    self.status = status
    self.uses = uses
    self.seenAt = seenAt
  }
}
