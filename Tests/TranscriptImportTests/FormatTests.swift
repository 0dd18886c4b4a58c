import ControlModel
import Testing
import TranscriptImport

@Suite struct FormatTests {
  private func session(_ text: String, _ name: String = "a.jsonl") async throws -> MemoryStore.Session {
    let folder = try Folder()
    let store = MemoryStore()
    _ = try await importing([try folder.write(text, name)], into: store)
    return try #require(store.only)
  }

  private static let claude = Sample.claudeSession.text

  @Test func `A session file of Claude Code gives messages, calls and results, and counts usage once`() async throws {
    let session = try await session(Self.claude)
    #expect(session.transcript.runtime == .claudeCode && session.transcript.runtimeSessionID == "s")
    #expect(session.transcript.agent.text == "my-app" && session.transcript.title == "Fix it")
    #expect(session.events.map(\.content.kind) == [.user, .assistant, .toolCall, .toolResult])
    let usage = session.events.compactMap(\.content.usage).reduce(.zero, +)
    #expect(usage == TokenUsage(input: 5, output: 9))
  }

  @Test func `A conversation is named by the first record that names it, many records into the file`() async throws {
    let notes = (0..<20).map { #"{"type":"summary","summary":"Other \#($0)","leafUuid":"x\#($0)"}"# + "\n" }
    #expect(try await session(notes.joined() + Self.claude).transcript.runtimeSessionID == "s")
  }

  @Test func `A message of Codex is shown once though its form for people comes late`() async throws {
    let turns = (0..<20).map { #"{"type":"turn_context","payload":{"model":"m\#($0)"}}"# + "\n" }
    let seen = #"{"type":"response_item","payload":{"type":"message","role":"user","content":[{"text":"Fix it"}]}}"#
    let shown = #"{"type":"event_msg","payload":{"type":"user_message","message":"Fix it"}}"#
    let session = try await session(turns.joined() + seen + "\n" + shown + "\n")
    #expect(session.events.filter { $0.content.kind == .user }.map(\.content.text) == ["Fix it"])
  }

  /// `cases/transcripts/overflow.jsonl`.
  @Test func `A count that nobody believes is said and not added`() async throws {
    func record(_ id: String, _ usage: String) -> String {
      #"{"type":"assistant","sessionId":"s","uuid":"\#(id)","timestamp":"2026-01-01T00:00:01.000Z","message":{"id":"m\#(id)","role":"assistant","content":[{"type":"text","text":"one"}],"usage":\#(usage)}}"#
        + "\n"
    }
    let absurd = #"{"input_tokens":9223372036854775807,"output_tokens":0}"#
    let session = try await session(
      record("1", absurd) + record("2", absurd) + record("3", #"{"input_tokens":3,"output_tokens":1}"#))
    #expect(session.events.compactMap(\.content.usage).reduce(.zero, +).total == 4)
    #expect(
      session.events.map(\.content.disbelief.claims) == [
        ["usage.input_tokens 9223372036854775807"], ["usage.input_tokens 9223372036854775807"], [],
      ])
  }

  /// `cases/transcripts/29b-year-9999.jsonl`.
  @Test func `A date that nobody believes is said, and the record stands with those around it`() async throws {
    func record(_ id: String, _ time: String) -> String {
      #"{"type":"user","uuid":"\#(id)","sessionId":"s","timestamp":"\#(time)","message":{"role":"user","content":"x"}}"#
        + "\n"
    }
    let session = try await session(
      record("1", "2026-01-01T00:00:01Z") + record("2", "9999-12-31T23:59:59Z") + record("3", "1901-01-01T00:00:00Z"))
    #expect(session.events.allSatisfy { $0.time == Timestamp("2026-01-01T00:00:01Z") })
    #expect(
      session.events.map(\.content.disbelief.claims) == [
        [], ["time 9999-12-31T23:59:59.000000Z"], ["time 1901-01-01T00:00:00.000000Z"],
      ])
  }

  @Test func `A time that no calendar has is said, and the record stands with those around it`() async throws {
    func record(_ id: String, _ time: String) -> String {
      #"{"type":"user","uuid":"\#(id)","sessionId":"s","timestamp":\#(time),"message":{"role":"user","content":"x"}}"#
        + "\n"
    }
    let claims = [
      #""2026-02-30T00:00:00Z""#, #""2026-01-02T00:00:00+99:99""#, #""2026-13-01T00:00:00Z""#, "-5", "1e30",
      #""yesterday""#,
    ]
    let session = try await session(
      record("0", #""2026-01-01T00:00:01Z""#) + claims.enumerated().map { record("\($0 + 1)", $1) }.joined())
    #expect(session.events.allSatisfy { $0.time == Timestamp("2026-01-01T00:00:01Z") })
    #expect(
      session.events.map(\.content.disbelief.claims)
        == [[]] + claims.map { ["time \($0.split(separator: "\"").joined())"] })
  }

  @Test func `Counts of the wrong type are said and not added`() async throws {
    func record(_ id: String, _ usage: String) -> String {
      #"{"type":"assistant","sessionId":"s","uuid":"\#(id)","timestamp":"2026-01-01T00:00:01.000Z","message":{"id":"m\#(id)","role":"assistant","content":[{"type":"text","text":"one"}],"usage":\#(usage)}}"#
        + "\n"
    }
    let session = try await session(
      record("1", #"{"input_tokens":"7","output_tokens":2.5}"#) + record("2", "5")
        + record("3", #"{"input_tokens":3,"cache_read_input_tokens":null}"#))
    #expect(session.events.compactMap(\.content.usage).reduce(.zero, +).total == 3)
    #expect(
      session.events.map(\.content.disbelief.claims) == [
        [#"usage.input_tokens "7""#, "usage.output_tokens 2.5"], ["usage 5"], [],
      ])
  }

  @Test func `The next prompt ends a turn of a session file`() async throws {
    let next = #"{"type":"user","uuid":"u5","parentUuid":"u4","sessionId":"s","message":{"content":"More"}}"#
    let session = try await session(Self.claude + next + "\n")
    #expect(session.events.suffix(2).map(\.content.kind) == [.result, .user])
  }

  @Test func `A broken line is reported and kept, and a torn last line waits for its rest`() async throws {
    let folder = try Folder()
    let store = MemoryStore()
    let whole = Self.claude + "{\"type\":\n" + #"{"type":"user","uuid":"u5","sessionId":"s","parentUuid":"u4","#
    let path = try folder.write(whole, "a.jsonl")
    let first = try await importing([path], into: store)
    #expect(first.badLines == 1 && first.unfinishedLines == 1 && first.events == 5)
    #expect(first.problems.first?.line == 5)
    try folder.write(whole + #""message":{"content":"Go on"}}"# + "\n", "a.jsonl")
    let second = try await importing([path], into: store)
    #expect(second.events == 2 && second.duplicates == 5 && second.unfinishedLines == 0)
    #expect(store.only?.events.last?.content.text == "Go on")
  }

  @Test func `Standard output and the session file of one conversation give each event once`() async throws {
    let folder = try Folder()
    let store = MemoryStore()
    let stream = """
      {"type":"system","subtype":"init","uuid":"i","session_id":"s","cwd":"/w"}
      {"type":"assistant","uuid":"u2","session_id":"s","message":{"id":"m","content":[{"type":"text","text":"Yes"}]}}

      """
    let paths = [try folder.write(Self.claude, "a.jsonl"), try folder.write(stream, "b.jsonl")]
    let report = try await importing(paths, into: store)
    #expect(report.sessions == 1 && report.events == 5 && report.duplicates == 1)
  }

  @Test func `A sub-agent's file joins its parent's session behind the call that started it`() async throws {
    let folder = try Folder()
    let store = MemoryStore()
    let agent = """
      {"type":"user","uuid":"a1","parentUuid":null,"isSidechain":true,"agentId":"x","sessionId":"s","message":{"content":"Look"}}

      """
    try folder.write(Self.claude, "p/s.jsonl")
    try folder.write(agent, "p/s/subagents/agent-x.jsonl")
    try folder.write(#"{"agentType":"Explore","toolUseId":"t"}"#, "p/s/subagents/agent-x.meta.json")
    let report = try await importing([folder.path], into: store)
    #expect(report.sessions == 1 && report.problems.isEmpty)
    let events = try #require(store.only?.events.suffix(2))
    #expect(events.allSatisfy { $0.content.parentCallID == "t" && $0.content.kind == .lifecycle })
  }

  @Test func `A file that was named and is no transcript is a problem, one found in a folder is not`() async throws {
    let folder = try Folder()
    let path = try folder.write(#"{"theme":"dark"}"#, "settings.json")
    let named = try await importing([path], into: MemoryStore())
    #expect(named.files == 0 && named.problems.count == 1)
    let found = try await importing([folder.path], into: MemoryStore())
    #expect(found.files == 0 && found.problems.isEmpty)
  }

  @Test func `Only the transcripts of an agent's own folder are read`() async throws {
    let folder = try Folder()
    try folder.write(Self.claude, ".claude/projects/-w/s.jsonl")
    try folder.write("{\"display\":\"x\",\"type\":\"y\"}\n", ".claude/history.jsonl")
    let report = try await importing(["\(folder.path)/.claude"], into: MemoryStore())
    #expect(report.files == 1 && report.sessions == 1)
  }
}
