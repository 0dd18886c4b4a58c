import ControlModel

/// What one import has counted already, so that a session that begins with a copy of another's history does not count
/// the other's tokens again.
///
/// Claude Code copies the records of a forked session, and old versions those of a resumed one, under the same ids;
/// old versions of Codex a thread's records into its fork. The first file of an import that holds a
/// record counts it: files are read in the order of their last change, in which a copy comes behind its original.
final class ForkedHistory {
  /// The conversation that counted a message of Claude Code.
  private var messages: [ContentHash: ContentHash] = [:]
  /// The running totals that each thread of Codex reported.
  private var totals: [String: Set<ContentHash>] = [:]

  /// Whether the record of a message is its conversation's own rather than a copy.
  func isOwn(message: String, record: String, of conversation: String) -> Bool {
    let owner = ContentHash(conversation)
    let name = ContentHash("\(record) \(message)")
    if let known = messages[name] { return known == owner }
    messages[name] = owner
    return true
  }

  /// Whether one of the threads reported the same total. Ids and times of copied records are new; totals only grow, so
  /// that two threads with a common beginning agree on those of this beginning and on hardly any other.
  func isCopy(total: ContentHash, of threads: Set<String>) -> Bool {
    threads.contains { totals[$0]?.contains(total) ?? false }
  }

  func note(total: ContentHash, of thread: String) {
    totals[thread, default: []].insert(total)
  }
}
