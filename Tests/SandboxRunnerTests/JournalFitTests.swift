import ControlModel
import Testing

@testable import SandboxRunner

@Suite struct JournalFitTests {
  private let huge = String(repeating: "\u{1}", count: 10 << 20)

  private func made(_ draft: EventDraft) throws -> Event {
    let (event, bytes) = JournalLine.make(seq: 7, time: Timestamp(microseconds: 1), draft)
    #expect(bytes.count <= JournalLine.maximumLength)
    #expect(try EventLine.decode(bytes) == event && event.seq == 7)
    return event
  }

  @Test func asLittleAsPossibleIsLeftOut() throws {
    let raw = Array(JSONValue.string(String(repeating: "a", count: 10 << 20)).text.utf8)
    let text = try made(EventDraft(.output, huge, raw: raw))
    #expect(text.content.raw == raw && text.text.utf8.count < 2 << 20)
    let record = try made(EventDraft(.output, "short", raw: Array(JSONValue.string(huge).text.utf8)))
    #expect(record.text == "short" && record.content.raw.isEmpty)
    #expect(record.content.detail["leftOut"]?["of"] == ["raw"])
    let detail = try made(EventDraft(.toolCall, "short", callID: "c", name: "Bash", detail: ["input": .string(huge)]))
    #expect(detail.content.callID == "c" && detail.kind == .toolCall && detail.content.detail["input"] == nil)
    let small = EventDraft(.output, "short", raw: Array("1".utf8))
    #expect(try made(small).content == small)
  }

  @Test func anEventOfNothingButIdsBecomesANotice() throws {
    let event = try made(EventDraft(.toolCall, "", callID: huge, name: huge))
    #expect(event.kind == .error && event.text.contains("tool.call") && event.text.utf8.count < 2_000)
  }
}
