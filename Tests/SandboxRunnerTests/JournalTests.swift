import ControlModel
import Glibc
import SandboxRunner
import SeededNumbers
import Testing

@Suite struct JournalTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/journal" }

  init() throws { folder = try TemporaryFolder() }

  private func drafts(_ count: Int, seed: UInt64) -> [EventDraft] {
    var random = SeededNumbers(seed)
    let words = ["é\n", "\u{0}", "\"", "\\", "plain", "😀", "\u{7F}", ""]
    return (0..<count).map { number in
      let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
      let raw = Bool.random(using: &random) ? Array(#"{ "n" : \#(number).50 , "s":"\u0000"}"#.utf8) : []
      return EventDraft(EventKind.allCases.randomElement(using: &random) ?? .output, text.joined(), raw: raw)
    }
  }

  private func open(firstSeq: Int64 = 1) throws -> (Journal, [Event]) {
    for _ in 0..<1000 {
      do { return try openOnce(firstSeq: firstSeq) } catch JournalError.locked {
        // A program that another test starts at this moment has our descriptors until it is there, and so the lock.
        usleep(10_000)
      }
    }
    return try openOnce(firstSeq: firstSeq)
  }

  private func openOnce(firstSeq: Int64 = 1) throws -> (Journal, [Event]) {
    var events: [Event] = []
    let journal = try Journal.open(path: path, firstSeq: firstSeq) { events.append($0) }
    return (journal, events)
  }

  @discardableResult
  private func write(_ drafts: [EventDraft], firstSeq: Int64 = 1) throws -> [Event] {
    let (journal, _) = try open(firstSeq: firstSeq)
    var events: [Event] = []
    for draft in drafts { events.append(try journal.append(draft, at: Timestamp(microseconds: 1_700_000_000_000_000))) }
    try journal.synchronize()
    return events
  }

  @Test func aCutAtAnyByteLosesNoWholeEventAndNoNumber() throws {
    let events = try write(drafts(12, seed: 1))
    let whole = try folder.read("journal")
    let ends = [0] + whole.indices.filter { whole[$0] == 0x0A }.map { $0 + 1 }
    for cut in 0...whole.count {
      try folder.write(Array(whole[..<cut]), to: "journal")
      let complete = ends.filter { $0 <= cut }.count - 1
      let (journal, replayed) = try open()
      #expect(replayed == Array(events[..<complete]), "cut at \(cut)")
      #expect(journal.torn?.length == (ends.contains(cut) ? nil : Int64(cut - ends[complete])))
      #expect(try journal.append(EventDraft(.output, "on"), at: .now()).seq == Int64(complete) + 1)
    }
  }

  @Test(arguments: 0..<60) func garbageAtTheEndIsCutOffAndKept(seed: UInt64) throws {
    var random = SeededNumbers(seed)
    let events = try write(drafts(5, seed: seed))
    let whole = try folder.read("journal")
    let zeros = seed.isMultiple(of: 3)
    let garbage = (0..<Int.random(in: 1...5000, using: &random)).map { _ in
      zeros ? 0 : UInt8.random(in: 0...255, using: &random)
    }
    try folder.write(whole + garbage, to: "journal")
    let (journal, replayed) = try open()
    #expect(replayed == events)
    #expect(journal.lastSeq == 5)
    #expect(try folder.read("journal") == whole)
    #expect(try folder.read("journal.torn-\(whole.count)") == garbage)
  }

  @Test func aBrokenLineBeforeAnEventIsRefusedByLineAndByte() throws {
    try write(drafts(3, seed: 4))
    var bytes = try folder.read("journal")
    let first = try #require(bytes.firstIndex(of: 0x0A)) + 1
    bytes[first + 3] = 0
    try folder.write(bytes, to: "journal")
    let error = #expect(throws: JournalError.self) { try open() }
    guard case .broken(_, 2, Int64(first), _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try folder.read("journal") == bytes)
  }

  @Test func aMissingNumberIsRefused() throws {
    try write(drafts(3, seed: 5))
    let lines = try folder.read("journal").split(separator: 0x0A)
    try folder.write(Array(lines[0]) + [0x0A] + lines[2] + [0x0A], to: "journal")
    let error = #expect(throws: JournalError.self) { try open() }
    #expect(error?.description.contains("its number is 3 where 2 must follow") == true)
  }

  @Test func anEmptyJournalStartsWhereItIsTold() throws {
    #expect(try write(drafts(2, seed: 6), firstSeq: 17).map(\.seq) == [17, 18])
    #expect(try open(firstSeq: 18).0.lastSeq == 18)
  }

  @Test func aJournalThatIsBehindTheRecordIsSetAside() throws {
    let events = try write(drafts(4, seed: 7))
    let (journal, replayed) = try open(firstSeq: 10)
    #expect(replayed == events)
    #expect(try journal.append(EventDraft(.output, "on"), at: .now()).seq == 10)
    #expect(folder.names.contains("journal.behind-4"))
  }

  @Test func aSecondWriterIsRefused() throws {
    let (journal, _) = try open()
    #expect(throws: JournalError.locked(path: path)) { try openOnce() }
    #expect(journal.lastSeq == 0)
  }

  @Test(arguments: ["{", "a\nb", "{\"a\":\n1}", "1 2"]) func aRecordThatIsNotOneLineOfJSONCannotBreakTheJournal(
    raw: String
  ) throws {
    let event = try write([
      EventDraft(.output, "x", raw: Array(raw.utf8)), EventDraft(.output, "y", raw: [0xFF, 0x0A]),
    ])[0]
    let (_, replayed) = try open()
    #expect(replayed.count == 2)
    #expect(replayed.first == event)
    #expect(try JSONValue(parsing: event.content.raw).stringValue == raw)
    #expect(replayed.last.map { String(decoding: $0.content.raw, as: UTF8.self) } == #"{"base64":"/wo="}"#)
  }

  @Test func aLineOfTenMegabytesIsReadBack() throws {
    let text = String(repeating: "0123456789", count: 1_000_000)
    try write([EventDraft(.output, text), EventDraft(.output, "small")])
    let (_, replayed) = try open()
    #expect(replayed.map(\.text.utf8.count) == [10_000_000, 5])
  }
}
