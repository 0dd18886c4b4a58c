import ControlModel
import Testing

@testable import ConsoleUI

@Suite struct WindowBoundTests {
  /// A console that follows a session for days: results whose calls have left the window leave it, too.
  @Test func aWindowThatFollowsForDaysStaysSmall() {
    var window = TranscriptWindow()
    var seq: Int64 = 0
    for round in 0..<300 {
      var entries: [TranscriptEntry] = []
      for number in 0..<50 {
        for kind in [EventKind.toolCall, .approvalRequest, .approvalDecision, .toolResult] {
          seq += 1
          let draft = EventDraft(kind, "x", callID: "c\(round)-\(number)", name: "Bash")
          entries.append(TranscriptEntry(Event(seq: seq, time: Timestamp(microseconds: seq), content: draft)))
        }
      }
      _ = window.append(entries)
      window.trimStart(keeping: seq)
    }
    #expect(seq == 60_000 && window.last == seq)
    #expect(window.items.count <= Int(TranscriptWindow.maximumEntries) && window.orphans.count <= 2)
  }
}
