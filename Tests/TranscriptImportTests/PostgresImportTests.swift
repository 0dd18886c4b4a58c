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
}
