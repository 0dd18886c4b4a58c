import AgentRuntimes
import ControlCore
import ControlModel
import Testing

@Suite struct ForeignTranscriptTests {
  private static let records = [
    #"{"type":"system","subtype":"init","session_id":"abc","model":"opus","uuid":"1"}"#,
    #"{"type":"assistant","session_id":"abc","message":{"id":"m1","content":[{"type":"text","text":"Looking."}]}}"#,
    #"{"type":"assistant","session_id":"abc","message":{"id":"m2","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}]}}"#,
    #"{"type":"user","session_id":"abc","message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"a.txt"}]}}"#,
    #"{"type":"result","subtype":"success","is_error":false,"session_id":"abc","duration_ms":5,"total_cost_usd":0.5,"result":"Done."}"#,
  ]

  /// `cases/agents/foreign-log-overflow.txt`.
  @Test func aLogThatClaimsTheAbsurdIsReadToItsEnd() throws {
    let count = #""usage":{"input_tokens":9223372036854775807,"output_tokens":5}"#
    let message =
      #"{"type":"assistant","session_id":"s","message":{"id":"m","content":[{"type":"text","text":"t"}],\#(count)}}"#
    let result =
      #"{"type":"result","subtype":"success","is_error":false,"duration_ms":1,"result":"x","session_id":"s","total_cost_usd":0.1,\#(count)}"#
    let lines = [Self.records[0], message, result, message, result].enumerated().map { index, text in
      LogLineBytes(time: Timestamp(microseconds: Int64(index) * 1_000_000), bytes: Array(text.utf8))
    }
    let read = read(lines)
    #expect(read.events.filter { $0.kind == .result }.count == 2)
    #expect(read.projection.tokens == TokenUsage(output: 10))
    #expect(
      read.events.last?.content.disbelief.claims == ["usage.input_tokens 9223372036854775807"])
  }

  /// Reads `lines` as the log of a pod's container, from what is recorded on, and records them.
  private func read(
    _ lines: [LogLineBytes], of pod: ForeignPod = Sample.pod(), from projection: SessionProjection = .init(),
    replaying earlier: [Event] = []
  ) -> (events: [Event], projection: SessionProjection, step: ForeignTranscript.Step) {
    var transcript = ForeignTranscript(projection, LogTranscript(Sample.id))
    for event in earlier { transcript.replay(event) }
    let step = transcript.next(pod)
    guard case .read(let part) = step else { return ([], projection, step) }
    transcript.begin(part)
    transcript.take(part.start.map { start in lines.filter { $0.time >= start } } ?? lines)
    transcript.end(part)
    guard let batch = transcript.takeBatch(of: Sample.id) else { return ([], transcript.projection, step) }
    // As it is stored.
    return (batch.events, SessionProjection(json: batch.projection.json), step)
  }

  @Test func recordsOfClaudeCodeAreReadByItsOwnParser() throws {
    let lines = ["plain words"] + Self.records + [#"{"level":"info","msg":"bye"}"#]
    let read = read(lines.enumerated().map { Sample.line(Double($0), $1) })
    #expect(
      read.events.map(\.kind)
        == [.lifecycle, .output, .lifecycle, .lifecycle, .assistant, .toolCall, .toolResult, .result, .output])
    #expect(read.events.map(\.seq) == Array(1...9))
    #expect(read.events.last?.text == "bye")
    #expect(read.events[4].text == "Looking.")
    #expect(read.events[6].content.name == "Bash")
    #expect(read.events[4].content.raw == Array(Self.records[1].utf8))
    #expect(read.projection.cost == USD(dollars: 0.5))
    #expect(read.projection.activity == .waiting)
    #expect(read.projection.runtimeSessionID == "abc")
  }

  @Test func recordsOfCodexAreReadToo() {
    let records = [
      #"{"type":"thread.started","thread_id":"t-1"}"#, #"{"type":"turn.started"}"#,
      #"{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"Hello."}}"#,
      #"{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":4,"output_tokens":3}}"#,
    ]
    let read = read(records.enumerated().map { Sample.line(Double($0), $1) })
    #expect(read.events.map(\.kind) == [.lifecycle, .lifecycle, .lifecycle, .assistant, .result])
    #expect(read.projection.tokens == TokenUsage(input: 6, output: 3, cacheRead: 4))
    #expect(read.projection.activity == .waiting)
  }

  @Test func aCoreThatIsKilledAnywhereLosesNoLineAndDoublesNone() {
    let lines = (0..<40).map { Sample.line(Double($0) * 0.3, "line \($0)") }
    for cut in 0...40 {
      let first = read(Array(lines.prefix(cut)))
      let second = read(lines, from: first.projection, replaying: first.events)
      let all = first.events + second.events
      #expect(all.filter { $0.kind == .output }.map(\.text) == (0..<40).map { "line \($0)" })
      #expect(all.map(\.seq) == Array(1...Int64(all.count)))
      #expect(!all.contains { $0.content.name == "log.gap" })
    }
  }

  @Test func aGapIsSaid() {
    let first = read([Sample.line(0, "early")])
    let second = read([Sample.line(3_600, "late")], from: first.projection)
    #expect(second.events.map(\.content.name) == ["log.gap", nil])
  }

  @Test func theLogOfAContainerThatWasStartedAgainIsReadToItsEndFirst() throws {
    let first = read([Sample.line(0, "one")])
    let restarted = Sample.pod(restarts: 1)
    let rest = read([Sample.line(0, "one"), Sample.line(1, "two")], of: restarted, from: first.projection)
    guard case .read(let part) = rest.step else { throw ControlFailure(.internalError, "It waits.") }
    #expect(part.isPrevious && !part.follows)
    #expect(rest.events.filter { $0.kind == .output }.map(\.text) == ["two"])
    let next = read([Sample.line(2, "three")], of: restarted, from: rest.projection)
    #expect(next.events.map(\.content.name) == ["log.opened", nil])
    #expect(next.events.last?.seq == next.projection.lastSeq)
  }

  @Test func theLogOfAPodThatIsGoneUnreadIsMissing() {
    let first = read([Sample.line(0, "one")])
    let second = read([Sample.line(9, "two")], of: Sample.pod("pod-2"), from: first.projection)
    #expect(second.events.map(\.content.name) == ["log.gap", "log.opened", nil])
  }

  @Test func aLogThatHasEndedIsReadOnce() {
    let ended = Sample.pod(hasEnded: true)
    let first = read([Sample.line(0, "one")], of: ended)
    #expect(first.events.map(\.content.name) == ["log.opened", nil, "log.ended"])
    #expect(read([Sample.line(0, "one")], of: ended, from: first.projection).step == .wait)
  }
}
