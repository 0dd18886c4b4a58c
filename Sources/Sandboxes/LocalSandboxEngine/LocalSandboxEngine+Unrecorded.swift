package import ControlModel
import Glibc

/// Journals that can never be recorded: kept apart from their volumes, so that no purge takes them along.
extension LocalSandboxEngine {
  /// How many are kept; the oldest make room.
  static let keptJournals = 256

  package func setJournalAside(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> JournalRemainder? {
    let paths = paths(of: session)
    try checkTeam(team, paths)
    let lock = try await SessionLock.acquire(path: paths.lock)
    var status = stat()
    guard lstat(paths.journal, &status) == 0 else { return nil }
    let folder = configuration.dataDirectory + "/unrecorded"
    try makeDirectory(folder)
    let place = Self.freePlace(for: session, in: folder)
    let last = JournalSearch.lastNumber(of: paths.journal)
    guard rename(paths.journal, place) == 0 else { throw systemFailure("set aside", paths.journal) }
    synchroniseDirectory(folder)
    _ = consume lock
    Self.makeRoom(in: folder)
    return JournalRemainder(place: place, bytes: Int64(status.st_size), lastSeq: last)
  }

  private static func freePlace(for session: SessionID, in folder: String) -> String {
    let first = "\(folder)/\(session).jsonl"
    guard exists(first) else { return first }
    return (2...1_000).lazy.map { "\(folder)/\(session)-\($0).jsonl" }.first { !exists($0) } ?? first
  }

  /// Files of this folder alone, by the names that are given here.
  private static func makeRoom(in folder: String) {
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    var journals: [(path: String, time: Int)] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      var status = stat()
      let path = "\(folder)/\(name)"
      guard name.hasSuffix(".jsonl"), lstat(path, &status) == 0 else { continue }
      journals.append((path, status.st_mtim.tv_sec))
    }
    guard journals.count > keptJournals else { return }
    for journal in journals.sorted(by: { ($0.time, $0.path) < ($1.time, $1.path) }).dropLast(keptJournals) {
      unlink(journal.path)
    }
  }
}

extension JournalSearch {
  /// The number of the last line that has one, near the end of the file; `nil` where none is seen.
  static func lastNumber(of path: String) -> Int64? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return JournalSearch(descriptor: descriptor).lastNumber()
  }
}
