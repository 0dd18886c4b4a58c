import ControlModel
import Testing
import TranscriptImport

/// A session that begins with a copy of another's history shows it, and does not count it again.
@Suite struct ForkTests {
  private static let claudeFork = """
    {"type":"user","uuid":"u1","parentUuid":null,"sessionId":"f","message":{"role":"user","content":"Fix it"}}
    {"type":"assistant","uuid":"u2","parentUuid":"u1","sessionId":"f","message":{"id":"m","content":[{"type":"text","text":"Yes"}],"usage":{"input_tokens":5,"output_tokens":1}}}
    {"type":"assistant","uuid":"u3","parentUuid":"u2","sessionId":"f","message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"ls"}}],"usage":{"input_tokens":5,"output_tokens":9}}}
    {"type":"assistant","uuid":"f1","parentUuid":"u3","sessionId":"f","message":{"id":"n","content":[{"type":"text","text":"Else"}],"usage":{"input_tokens":1,"output_tokens":2}}}

    """

  private static func total(_ input: Int, _ time: String) -> String {
    """
    {"timestamp":"\(time)","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":\(input),"output_tokens":\(input / 10)},"last_token_usage":{"input_tokens":7,"output_tokens":1}}}}

    """
  }

  private static func meta(_ id: String, _ more: String = "") -> String {
    #"{"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"\#(id)"\#(more)}}"# + "\n"
  }

  private func usage(_ store: MemoryStore, _ session: String) -> TokenUsage? {
    let session = store.all.first { $0.transcript.runtimeSessionID == session }
    return session?.events.compactMap(\.content.usage).reduce(.zero, +)
  }

  @Test func `A fork of Claude Code counts only what is its own`() async throws {
    let folder = try Folder()
    let store = MemoryStore()
    try folder.write(Sample.claudeSession.text, "z-parent.jsonl")
    try folder.write(Self.claudeFork, "a-fork.jsonl")
    // A session is older than its forks, whatever the files' names.
    folder.setAge("z-parent.jsonl", seconds: 3600)
    let report = try await importing([folder.path], into: store)
    #expect(report.sessions == 2 && report.events == 8)
    #expect(usage(store, "s") == TokenUsage(input: 5, output: 9))
    #expect(usage(store, "f") == TokenUsage(input: 1, output: 2))
    let again = try await importing([folder.path], into: store)
    #expect(again.events == 0)
  }

  @Test func `A fork of Claude Code without its parent counts all of it`() async throws {
    let folder = try Folder()
    let store = MemoryStore()
    _ = try await importing([try folder.write(Self.claudeFork, "fork.jsonl")], into: store)
    #expect(usage(store, "f") == TokenUsage(input: 6, output: 11))
  }

  @Test(arguments: [#","forked_from_id":"p""#, ""])
  func `A fork of Codex that copied its thread's records counts only its own`(_ mark: String) async throws {
    let folder = try Folder()
    let store = MemoryStore()
    let parent = Self.meta("p") + Self.total(100, "2026-01-01T00:00:01Z") + Self.total(300, "2026-01-01T00:00:02Z")
    // The copies are written at the time of the fork; the parent's own first record comes with them.
    let copies = Self.total(100, "2026-01-01T01:00:00Z") + Self.total(300, "2026-01-01T01:00:00Z")
    let fork = Self.meta("f", mark) + Self.meta("p") + copies + Self.total(350, "2026-01-01T01:00:09Z")
    let paths = [try folder.write(parent, "1.jsonl"), try folder.write(fork, "2.jsonl")]
    _ = try await importing(paths, into: store)
    // The first report of a thread counts its own request only, as a total may hold what was used before a fork.
    #expect(usage(store, "p") == TokenUsage(input: 207, output: 21))
    #expect(usage(store, "f") == TokenUsage(input: 50, output: 5))
  }

  @Test func `A fork of Codex that goes on from its thread's totals counts its own requests`() async throws {
    let folder = try Folder()
    let store = MemoryStore()
    let fork = Self.meta("f", #","forked_from_id":"p""#) + Self.total(307, "2026-01-01T01:00:00Z")
    _ = try await importing([try folder.write(fork, "f.jsonl")], into: store)
    #expect(usage(store, "f") == TokenUsage(input: 7, output: 1))
  }
}
