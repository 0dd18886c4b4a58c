import ControlModel
import Glibc
import Testing

@testable import LocalSandboxEngine

/// A journal as a runner leaves it, in a file of one test's own.
private final class JournalFile {
  let path: String
  /// Where each line starts, by its number less the first.
  private(set) var starts: [Int64] = []

  init(numbers: ClosedRange<Int64>, tail: String = "", text: (Int64) -> String = { "event \($0)" }) throws {
    var template = Array("/tmp/paddock-journal-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    for number in numbers {
      starts.append(Int64(bytes.count))
      bytes += EventLine.encode(
        Event(seq: number, time: Timestamp(microseconds: 1), content: EventDraft(.output, text(number))))
    }
    bytes += Array(tail.utf8)
    try writeAll(bytes, to: descriptor, path: path)
  }

  deinit { unlink(path) }

  func search<Value>(_ body: (JournalSearch) -> Value) -> Value {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    return body(JournalSearch(descriptor: descriptor))
  }

  func events(after seq: Int64) async throws -> [Int64] {
    let reader = JournalReader(path: path, after: seq)
    var numbers: [Int64] = []
    while let events = try await reader.next() { numbers += events.map(\.seq) }
    return numbers
  }
}

@Suite struct JournalReaderTests {
  /// Whoever writes into it does not get the core to hold it whole.
  @Test func aLineWithoutEndIsRefused() async throws {
    var template = Array("/tmp/paddock-journal-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      close(descriptor)
      unlink(path)
    }
    // A hole: as long as one likes, and no room taken.
    try #require(ftruncate(descriptor, 80 << 20) == 0)
    let failure = await #expect(throws: ControlFailure.self) {
      _ = try await JournalReader(path: path, after: 0).next()
    }
    #expect(failure?.summary.hasSuffix("is longer than 67108864 bytes.") == true)
  }
}

@Suite struct JournalSearchTests {
  @Test func readingBeginsNearWhatIsWanted() throws {
    let journal = try JournalFile(numbers: 11...60_000)
    for seq: Int64 in [11, 12, 500, 30_000, 59_998, 59_999] {
      let start = journal.search { $0.start(after: seq) }
      let wanted = journal.starts[Int(seq + 1 - 11)]
      #expect(start <= wanted && wanted - start <= JournalSearch.granularity, "after \(seq)")
      #expect(journal.starts.contains(start))
    }
    #expect(journal.search { $0.start(after: 5) } <= JournalSearch.granularity)
    #expect(journal.search { $0.start(after: 99_999) } >= (journal.starts.last ?? 0) - JournalSearch.granularity)
  }

  @Test func exactlyWhatFollowsIsRead() async throws {
    let journal = try JournalFile(numbers: 11...20_000, tail: #"{"seq":20001,"time":"#)
    for seq: Int64 in [0, 10, 11, 777, 19_998, 19_999, 20_000, 30_000] {
      let numbers = try await journal.events(after: seq)
      #expect(numbers == Array((max(seq, 10) + 1)..<max(20_001, seq + 2)).filter { $0 <= 20_000 }, "after \(seq)")
    }
  }

  @Test func linesLongerThanAnyChunkAreFoundTheirWay() async throws {
    let journal = try JournalFile(numbers: 1...60) { String(repeating: "x", count: $0 % 7 == 0 ? 500_000 : 10) }
    for seq: Int64 in 0...60 { #expect(try await journal.events(after: seq) == Array((seq + 1)..<61)) }
  }

  @Test func aLineThatIsNoEventIsStillNamed() async throws {
    let journal = try JournalFile(numbers: 1...5000, tail: String(repeating: "garbage\n", count: 20_000))
    await #expect(throws: ControlFailure.self) { try await journal.events(after: 4999) }
  }
}
