import ControlModel
import Testing

@Suite struct LogCursorTests {
  private static let source = LogSource(podUID: "p", container: "agent", restarts: 0)

  private func line(_ microseconds: Int64, _ text: String) -> LogLineBytes {
    LogLineBytes(time: Timestamp(microseconds: microseconds), bytes: Array(text.utf8))
  }

  /// What a reader that begins again takes for new of `log`, when `recorded` of it was recorded before.
  private func new(of log: [LogLineBytes], behind recorded: [LogLineBytes]) -> (lines: [String], hasGap: Bool) {
    var cursor = LogCursor(Self.source)
    for line in recorded { cursor.take(line) }
    // As another core would find it.
    cursor = LogCursor(json: cursor.json)
    var replay = LogReplay(cursor)
    let start = cursor.start ?? Timestamp(microseconds: .min)
    let lines = log.filter { $0.time >= start }.filter { replay.isNew($0) }
    return (lines.map { String(decoding: $0.bytes, as: UTF8.self) }, replay.hasGap)
  }

  @Test func aReaderThatBeginsAgainTakesInEachLineOnce() {
    let log = (0..<3000).map { line(Int64($0) * 1_700, "line \($0)") }
    for count in [0, 1, 2, 63, 64, 65, 1_000, 2_999, 3_000] {
      let rest = new(of: log, behind: Array(log.prefix(count)))
      #expect(rest.lines == (count..<3000).map { "line \($0)" })
      #expect(!rest.hasGap)
    }
  }

  @Test func linesOfTheSameTimeAndTextAreCounted() {
    let log = Array(repeating: line(5, "same"), count: 5)
    #expect(new(of: log, behind: Array(log.prefix(3))).lines == ["same", "same"])
  }

  @Test func aLineThatComesBehindALaterOneIsNotLost() {
    let early = line(1_000_000, "standard error")
    let late = line(1_000_900, "standard output")
    #expect(new(of: [late, early], behind: [late]).lines == ["standard error"])
    #expect(new(of: [late, early], behind: [late, early]).lines == [])
  }

  @Test func moreLinesInAMomentThanAreRememberedAreStillTakenInOnce() {
    let log = (0..<10_000).map { line(7_000_000 + Int64($0), "burst \($0)") }
    let rest = new(of: log, behind: Array(log.prefix(9_000)))
    #expect(rest.lines.count == 1_000)
    #expect(rest.lines.first == "burst 9000")
  }

  @Test func aLogThatBeginsBehindWhatIsRecordedHasAGap() {
    let rest = new(of: [line(9_000_000, "late")], behind: [line(1_000_000, "early")])
    #expect(rest.lines == ["late"])
    #expect(rest.hasGap)
  }

  @Test func aCursorRemembersLittle() {
    var cursor = LogCursor(Self.source)
    for index in 0..<100_000 { cursor.take(line(Int64(index), "x")) }
    #expect(JSONValue.object(cursor.json).text.utf8.count < 100_000)
  }
}
