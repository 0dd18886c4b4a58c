import ControlModel
import Testing
import TranscriptImport

/// What each form of transcript becomes, event by event.
@Suite struct ReaderTests {
  private func sessions(_ sample: Sample) async throws -> [MemoryStore.Session] {
    let folder = try Folder()
    let store = MemoryStore()
    let report = try await importing([try folder.write(sample.text, sample.fileName)], into: store)
    #expect(report.files == 1 && report.problems.isEmpty && report.badLines == 0)
    return store.all.sorted { $0.transcript.runtimeSessionID < $1.transcript.runtimeSessionID }
  }

  @Test(arguments: Sample.allCases)
  func `A sample becomes these events and no others`(_ sample: Sample) async throws {
    let sessions = try await sessions(sample)
    let lines = Array(sessions.map(\.lines).joined(separator: ["---"]))
    let expected = sample.events.split(separator: "\n").map(String.init)
    #expect(lines.count == expected.count)
    for (line, expected) in zip(lines, expected) { #expect(line == expected) }
  }

  @Test(arguments: [
    (Sample.claudeSession, "claude-code s my-app Fix it"), (.claudeOutput, "claude-code p app "),
    (.codexRollout, "codex c app Hi"), (.codexExec, "codex e/exec codex "), (.geminiChat, "gemini g gemini List"),
    (.geminiDocument, "gemini gd gemini Hi"), (.geminiOutput, "gemini go gemini List"),
    (.opencodeExport, "opencode ses_1 app Look"), (.opencodeOutput, "opencode ses_2 opencode "),
    (.sweAgent, "swe-agent swe swe-agent Fix it"), (.generic, "other x-1 app Fix it"),
  ])
  func `A sample names its conversation, its place and what it is about`(_ sample: Sample, _ words: String) async throws
  {
    let transcript = try #require(try await sessions(sample).first).transcript
    let found = [transcript.runtime.rawValue, transcript.runtimeSessionID, transcript.agent.text, transcript.title]
    #expect(found.joined(separator: " ") == words)
  }

  @Test(arguments: [Sample.openHandsEvents, .openHandsKinds, .miniSweAgent])
  func `A conversation without a name of its own is named by its file`(_ sample: Sample) async throws {
    let transcript = try #require(try await sessions(sample).first).transcript
    #expect(transcript.runtimeSessionID.hasSuffix("/\(sample.fileName)") && transcript.title == "Fix it")
  }

  @Test(arguments: [
    (Sample.geminiChat, "2026-01-01T00:00:01Z"), (.generic, "2026-01-01T00:00:01Z"),
    (.openHandsKinds, "2026-01-01T00:00:01Z"), (.opencodeExport, "2026-03-11T01:39:48.536Z"),
  ])
  func `Times are read in every spelling`(_ sample: Sample, _ time: String) async throws {
    let events = try #require(try await sessions(sample).first).events
    #expect(events.first { $0.content.kind == .user }?.time == Timestamp(time))
  }
}
