import ControlModel
import Testing

@Suite struct OpenEndsTests {
  private var ends = OpenEnds(most: 4)
  private var seq: Int64 = 0

  private mutating func take(_ draft: EventDraft) {
    seq += 1
    ends.take(Event(seq: seq, time: Timestamp(microseconds: seq * 1_000_000), content: draft))
  }

  private static let exit = EventDraft(.lifecycle, "", name: "runtime.exited")

  @Test mutating func whatHasNoAnswerEndsWithTheRuntimeAndOnlyThat() {
    take(EventDraft(.toolCall, "ls", callID: "a", name: "Bash"))
    take(EventDraft(.toolCall, "cat", callID: "b", name: "Bash"))
    take(EventDraft(.approvalRequest, "cat", callID: "b", name: "Bash"))
    take(EventDraft(.toolResult, "", callID: "a"))
    let ended = ends.ended(by: Self.exit)
    #expect(ended?.cause == .runtime)
    #expect(ended?.entries.map(\.kind) == [.toolCall, .approvalRequest])
    for entry in ended?.entries ?? [] { take(entry.closing(.runtime, at: Timestamp(microseconds: 9_000_000))) }
    #expect(ends.ended(by: Self.exit) == nil)
  }

  @Test mutating func everyEndOfARuntimeCounts() {
    for name in ["runner.started", "runtime.started", "runtime.resumed", "runtime.exited"] {
      take(EventDraft(.approvalRequest, "", callID: "a"))
      let draft = EventDraft(.lifecycle, "", name: name)
      #expect(ends.ended(by: draft)?.entries.count == 1)
      take(draft)
      #expect(ends.ended(by: draft) == nil)
    }
    take(EventDraft(.toolCall, "", callID: "a"))
    #expect(ends.ended(by: EventDraft(.lifecycle, "", name: "runtime.turn")) == nil)
    #expect(ends.ended(by: EventDraft(.toolCall, "runtime.exited", name: "runtime.exited")) == nil)
  }

  @Test mutating func aTurnsEndLeavesTheCallsOfSubAgentsAlone() {
    take(EventDraft(.toolCall, "", callID: "own"))
    take(EventDraft(.toolCall, "", callID: "sub", parentCallID: "task"))
    #expect(ends.ended(by: EventDraft(.result, "", parentCallID: "task")) == nil)
    let ended = ends.ended(by: EventDraft(.result, ""))
    #expect(ended?.cause == .turn)
    #expect(ended?.entries.map(\.callID) == ["own"])
    take(EventDraft(.result, ""))
    #expect(ends.ended(by: Self.exit)?.entries.map(\.callID) == ["sub"])
  }

  @Test mutating func howeverManyAreOpenedTheNewestAreKept() {
    for number in 0..<1_000 {
      take(EventDraft(.toolCall, "", callID: "c\(number)"))
      take(EventDraft(.approvalRequest, "", callID: "r\(number)"))
    }
    take(EventDraft(.toolCall, "", callID: String(repeating: "x", count: 2_000)))
    let ids = ends.ended(by: Self.exit)?.entries.map(\.callID)
    #expect(ids == ["c996", "r996", "c997", "r997", "c998", "r998", "c999", "r999"])
  }

  @Test mutating func aCallWhoseResultMayHaveBeenLeftOutIsNotCalledLost() {
    take(EventDraft(.toolCall, "", callID: "a"))
    take(EventDraft(.approvalRequest, "", callID: "b"))
    ends.skip()
    #expect(ends.ended(by: Self.exit)?.entries.map(\.callID) == ["b"])
  }

  @Test mutating func theClosingEventsJoinWhatTheyClose() {
    take(EventDraft(.toolCall, "ls", callID: "a", parentCallID: "p", name: "Bash"))
    take(EventDraft(.approvalRequest, "ls", callID: "b"))
    let drafts = ends.ended(by: Self.exit)?.entries.map { $0.closing(.runtime, at: Timestamp(microseconds: 3_000_000)) }
    #expect(drafts?.map(\.kind) == [.toolResult, .approvalDecision])
    #expect(drafts?.first?.callID == "a" && drafts?.first?.parentCallID == "p" && drafts?.first?.isError == true)
    #expect(drafts?.first?.duration == Milliseconds(seconds: 2))
    #expect(drafts?.last?.detail["verdict"] == "lost")
    #expect(drafts?.allSatisfy { $0.text == "Lost with the runtime" } == true)
  }

  /// A single character can be as long as a text.
  @Test mutating func whatIsKeptIsBoundedInBytes() throws {
    let long = "a" + String(repeating: "\u{301}", count: 10_000)
    take(EventDraft(.toolCall, "", callID: long))
    #expect(ends.ended(by: Self.exit) == nil)
    take(EventDraft(.toolCall, "", callID: "b", parentCallID: long, name: long))
    let entry = try #require(ends.ended(by: Self.exit)?.entries.first)
    #expect(entry.name.map { $0.utf8.count <= 800 } == true)
    #expect(entry.parentCallID.map { $0.utf8.count <= 512 } == true)
  }
}
