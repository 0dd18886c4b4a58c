import ControlModel
import Foundation
import PaddockProgram
import Testing

@Suite struct ImportTests {
  private let transcript = """
    {"type":"user","uuid":"u1","parentUuid":null,"sessionId":"11111111-1111-4111-8111-111111111111","timestamp":"2026-01-01T10:00:00.000Z","cwd":"/home/ann/shop","message":{"role":"user","content":"Why is the total wrong?"}}
    {"type":"assistant","uuid":"u2","parentUuid":"u1","sessionId":"11111111-1111-4111-8111-111111111111","timestamp":"2026-01-01T10:00:05.000Z","cwd":"/home/ann/shop","message":{"id":"m1","role":"assistant","model":"m","content":[{"type":"text","text":"Rounding happens per line."}],"usage":{"input_tokens":10,"output_tokens":5}}}
    {"type":"assistant", broken

    """

  @Test func importedHistoryIsListedSearchableOnceAndPurgeable() async throws {
    try await PaddockInstallation.run { paddock in
      let file = paddock.directory + "/transcript.jsonl"
      try transcript.write(toFile: file, atomically: true, encoding: .utf8)
      let first = try await paddock.json("import", file)
      #expect(first["badLines"]?.integerValue == 1 && first["sessions"]?.integerValue == 1)
      let again = try await paddock.json("import", file)
      #expect(again["events"]?.integerValue == 0)
      #expect((again["duplicates"]?.integerValue ?? 0) >= 2)
      let session = try #require(try await paddock.json("session", "list").arrayValue?.first)
      #expect(session["title"]?.stringValue == "Why is the total wrong?" && session["state"] == "finished")
      let id = try #require(session["id"]?.stringValue)
      try await eventually("the words are indexed") {
        let hits = try await paddock.json("search", "rounding").arrayValue
        return hits?.first?["session"]?.stringValue == id ? true : nil
      }
      try await paddock.require("session", "purge", id, "--yes", "--reason", "test")
      #expect(try await paddock.json("session", "list") == [])
      #expect(try await paddock.json("search", "rounding") == [])
    }
  }
}
