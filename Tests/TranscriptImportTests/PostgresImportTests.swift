import ControlModel
import PostgresClient
import PostgresTestSupport
import SessionHistory
import Testing
import TranscriptImport

@Suite struct PostgresImportTests {
  @Test func `What is imported is numbered in Postgres, and a second import adds only what is new`() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url), size: 2)
      let history = PostgresSessionStore(pool)
      try await history.migrate()
      _ = try await history.createTeam(try ResourceName("imported"), actor: "test", reason: nil)
      let folder = try Folder()
      let lines = (1...5000).map { number in
        #"{"type":"user","uuid":"u\#(number)","parentUuid":null,"sessionId":"s","message":{"content":"\#(number)"}}"#
      }
      let path = try folder.write(lines.prefix(4000).joined(separator: "\n") + "\n", "s.jsonl")
      let first = try await importing([path], into: history)
      #expect(first.events == 4000 && first.sessions == 1)
      try folder.write(lines.joined(separator: "\n") + "\n", "s.jsonl")
      let second = try await importing([path], into: history)
      #expect(second.events == 1000 && second.duplicates == 4000)
      let files = CorpusTests.corpus
      let corpus = try await importing(files, into: history)
      let again = try await importing(files, into: history)
      #expect(again.events == 0 && again.duplicates == corpus.events + corpus.duplicates)
      await pool.close()
    }
  }

  @Test func `A conversation with an endless name is imported once, beside its neighbours`() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url), size: 2)
      let history = PostgresSessionStore(pool)
      try await history.migrate()
      _ = try await history.createTeam(try ResourceName("imported"), actor: "test", reason: nil)
      let endless = String(repeating: "s", count: 100_000)
      let lines = ["s", endless + "1", endless + "2", "nul\\u0000"].map { name in
        #"{"type":"user","uuid":"u","parentUuid":null,"sessionId":"\#(name)","message":{"content":"hello"}}"#
      }
      let folder = try Folder()
      let path = try folder.write(lines.joined(separator: "\n") + "\n", "s.jsonl")
      let first = try await importing([path], into: history)
      #expect(first.sessions == 4 && first.events == 4 && first.problems.isEmpty)
      let second = try await importing([path], into: history)
      #expect(second.events == 0 && second.duplicates == 4)
      await pool.close()
    }
  }
}
