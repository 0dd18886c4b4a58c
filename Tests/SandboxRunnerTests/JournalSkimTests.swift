import ControlModel
import Testing

@testable import SandboxRunner

/// A long journal is opened without reading all that an agent has ever said.
@Suite struct JournalSkimTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/journal" }
  private let megabyte = String(repeating: "x", count: 1 << 20)

  init() throws { folder = try TemporaryFolder() }

  /// 42 MB: a message, 40 pieces of output, another message.
  private func write() throws {
    let journal = try Journal.open(path: path, firstSeq: 1) { _ in }
    let drafts =
      [EventDraft(.user, "first")] + Array(repeating: EventDraft(.output, megabyte), count: 20)
      + [EventDraft(.user, "second")] + Array(repeating: EventDraft(.output, megabyte), count: 20)
    for draft in drafts { _ = try journal.append(draft, at: .now()) }
    try journal.synchronize()
  }

  private func open() throws -> (last: Int64, seen: [Int64]) {
    var seen: [Int64] = []
    let journal = try Journal.open(path: path, firstSeq: 1) { seen.append($0.seq) }
    return (journal.lastSeq, seen)
  }

  @Test func whatIsGoneOnFromIsHandedOutAndTheEndIsReadAsAWhole() throws {
    try write()
    let (last, seen) = try open()
    #expect(last == 42)
    // The first of each kind, every message, and all of the last 32 MB.
    #expect(seen.prefix(2) == [1, 2] && seen.contains(22) && seen.suffix(31) == Array(12...42).suffix(31))
    #expect(seen.count < 42 && seen == seen.sorted())
  }

  @Test func aNumberThatIsMissingFurtherUpIsRefused() throws {
    try write()
    var lines = try folder.read("journal").split(separator: 0x0A)
    lines.remove(at: 4)
    try folder.write(Array(lines.joined(separator: [0x0A])) + [0x0A], to: "journal")
    #expect(throws: JournalError.self) { try open() }
  }

  @Test func aLineThatIsCutShortFurtherUpIsRefused() throws {
    try write()
    var lines = try folder.read("journal").split(separator: 0x0A)
    lines[4] = lines[4].dropLast(100)
    try folder.write(Array(lines.joined(separator: [0x0A])) + [0x0A], to: "journal")
    #expect(throws: JournalError.self) { try open() }
  }

  @Test func everyLineThatIsWrittenCanBeSkimmed() {
    for (number, kind) in EventKind.allCases.enumerated() {
      let seq = Int64(number) * 1_000_003 + 1
      let event = Event(seq: seq, time: .now(), content: EventDraft(kind, "\"}\n", raw: Array("{}".utf8)))
      let head = JournalLine.skim(Array(EventLine.encode(event).dropLast()))
      #expect(head?.seq == seq && head?.kind == kind)
    }
    for text in [
      "", "}", "{\"seq\":}", #"{"seq":1,"kind":"output"}"#, #"{"seq":1,"time":"x","kind":"rumour","text":""}"#,
    ] {
      #expect(JournalLine.skim(Array(text.utf8)) == nil)
    }
  }
}
