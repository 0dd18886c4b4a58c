package import ControlModel
import Glibc

/// The append-only event log of one session: one `EventLine` after the other, numbered without a gap.
///
/// An event goes through three states: written (a crash of the runner cannot lose it), synchronised (a loss of power
/// cannot either), published (readers see it). It is published only once it is synchronised: a node that dies can
/// take with it the last 50 ms of an agent's doings, but never an event that somebody has already recorded, so no
/// number is ever given twice. Owned by the supervisor; nothing here is safe to share but `feed`.
package final class Journal {
  /// What readers see.
  package let feed: JournalFeed
  /// What was cut off when the journal was opened, and where it is kept; `nil` for nothing.
  package let torn: TornTail?

  private let file: JournalFile
  private let lock: JournalFile
  private var index: JournalIndex
  private var nextSeq: Int64
  private var end: Int64
  private var synchronizedEnd: Int64

  package struct TornTail: Sendable, Hashable {
    package var offset: Int64
    package var length: Int64
    /// `nil` when it could not be kept: a disk that is full.
    package var keptIn: String?
  }

  /// Opens or makes the journal, hands every event it holds to `replay`, and cuts off what a crash left unfinished.
  package static func open(
    path: String, firstSeq: Int64, replay: (Event) -> Void
  ) throws(JournalError) -> Journal {
    let lock = try Self.lock(path)
    do throws(JournalError) {
      let file = try JournalFile(path: path, flags: O_RDWR | O_CREAT)
      var scan = JournalScan(file)
      try scan.run(replay)
      let torn = try JournalTail.cut(file, at: scan.end)
      let (current, renewed) = try Self.setAsideIfBehind(file, scan, firstSeq)
      return Journal(file: current, lock: lock, scan: renewed, firstSeq: firstSeq, torn: torn)
    } catch {
      lock.close()
      throw error
    }
  }

  private init(file: JournalFile, lock: JournalFile, scan: JournalScan, firstSeq: Int64, torn: TornTail?) {
    self.file = file
    self.lock = lock
    self.torn = torn
    index = scan.index
    nextSeq = scan.lastSeq.map { $0 + 1 } ?? firstSeq
    end = scan.end
    synchronizedEnd = scan.end
    feed = JournalFeed(path: file.path, nextSeq: nextSeq, end: scan.end, index: scan.index)
  }

  deinit {
    file.close()
    lock.close()
  }

  /// The highest number that is written, whether readers see it yet or not; 0 for none.
  package var lastSeq: Int64 { nextSeq - 1 }

  /// In bytes, as far as it is written.
  package var size: Int64 { end }

  package var needsSynchronization: Bool { synchronizedEnd < end }

  /// Writes the event. On a failure the file ends where it ended before, and the number is still to be given.
  package func append(_ draft: EventDraft, at time: Timestamp) throws(JournalError) -> Event {
    let (event, bytes) = JournalLine.make(seq: nextSeq, time: time, draft)
    do {
      try bytes.withUnsafeBufferPointer { buffer throws(JournalError) in try file.write(buffer, at: end) }
    } catch {
      try? file.truncate(to: end)
      throw error
    }
    index.note(seq: nextSeq, offset: end)
    nextSeq += 1
    end += Int64(bytes.count)
    return event
  }

  /// Makes everything written durable and shows it to the readers.
  package func synchronize() throws(JournalError) {
    guard needsSynchronization else { return }
    try file.synchronize()
    synchronizedEnd = end
    feed.publish(nextSeq: nextSeq, end: end, index: index)
  }

  /// A lock on a file of its own, as the journal itself may be set aside. The kernel drops it with the process.
  private static func lock(_ path: String) throws(JournalError) -> JournalFile {
    let lock = try JournalFile(path: path + ".lock", flags: O_RDWR | O_CREAT)
    // A process that a killed runner was just starting has the lock until it is the runtime's, or has ended too.
    for _ in 0..<200 where flock(lock.descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK else { break }
      usleep(10_000)
    }
    guard flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let error: JournalError = errno == EWOULDBLOCK ? .locked(path: path) : .system(path: path, .last("flock"))
      lock.close()
      throw error
    }
    return lock
  }

  /// A volume that was put back from an older copy holds less than what is recorded. Going on from its end would give
  /// recorded numbers to other events; so it is kept beside, and a new journal starts at `firstSeq`.
  private static func setAsideIfBehind(
    _ file: JournalFile, _ scan: JournalScan, _ firstSeq: Int64
  ) throws(JournalError) -> (JournalFile, JournalScan) {
    guard let lastSeq = scan.lastSeq, lastSeq + 1 < firstSeq else {
      JournalFile.synchronizeDirectory(of: file.path)
      return (file, scan)
    }
    let aside = "\(file.path).behind-\(lastSeq)"
    guard rename(file.path, aside) == 0 else { throw .system(path: file.path, .last("rename")) }
    file.close()
    let fresh = try JournalFile(path: file.path, flags: O_RDWR | O_CREAT | O_EXCL)
    JournalFile.synchronizeDirectory(of: file.path)
    return (fresh, JournalScan(fresh))
  }
}
