package import ControlModel

/// Which host user an agent's processes have when the engine runs as root: one per team, so that no team's processes may
/// signal, trace or read another's, even outside their jails.
package enum AgentUser {
  /// User ids that systemd's allocation leaves to nobody: above its container range, below 2^31.
  static let range: Range<UInt32> = 1_900_000_000..<2_100_000_000
  /// Where a container maps only 16 bits of ids.
  static let narrowRange: Range<UInt32> = 60_578..<61_184

  /// The same team always gets the same id; two teams share one with a chance of one to two hundred million.
  package static func id(of team: ResourceName, highestMapped: UInt32 = .max) -> UInt32 {
    let ids = highestMapped >= range.upperBound ? range : narrowRange
    return ids.lowerBound + UInt32(hash(team.text) % UInt64(ids.count))
  }

  /// The highest user id this process may take on, from `/proc/self/uid_map` (lines of: inside, outside, count).
  package static func highestMapped(uidMap: String) -> UInt32 {
    let ends = uidMap.split(separator: "\n").compactMap { line -> UInt64? in
      let fields = line.split(separator: " ").compactMap { UInt64($0) }
      return fields.count == 3 && fields[2] > 0 ? fields[0] + fields[2] - 1 : nil
    }
    return UInt32(clamping: ends.max() ?? UInt64(UInt32.max))
  }

  /// FNV-1a with 64 bits: must never change, as the volumes' files belong to its result.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
