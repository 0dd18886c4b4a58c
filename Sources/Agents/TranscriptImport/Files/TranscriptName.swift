/// What the name of a file in a folder promises; none for the many that are no transcripts.
enum TranscriptName: Hashable {
  case readable
  /// A transcript in a form that is not read, and what to do.
  case closed(String)

  private static let endings = [".jsonl", ".ndjson", ".json", ".traj", ".responses"]
  private static let packings = [".zst", ".gz", ".xz", ".bz2", ".br", ".lz4", ".zip"]
  private static let databases = [".db", ".sqlite", ".sqlite3", ".vscdb"]

  init?(_ name: String) {
    let name = name.lowercased()
    // A sub-agent's `.meta.json` is read with its transcript.
    if name.hasSuffix(".meta.json") { return nil }
    if Self.endings.contains(where: name.hasSuffix) {
      self = .readable
    } else if let packing = Self.packings.first(where: name.hasSuffix),
      Self.endings.contains(where: name.dropLast(packing.count).hasSuffix)
    {
      self = .closed("it is compressed; unpack it first")
    } else if Self.databases.contains(where: name.hasSuffix) {
      self = .closed("it is a database; have the agent that made it export its sessions (`opencode export`)")
    } else {
      return nil
    }
  }

  /// Whether the name promises a record a line.
  static func isLines(_ name: some StringProtocol) -> Bool {
    [".jsonl", ".ndjson"].contains(where: name.lowercased().hasSuffix)
  }
}
