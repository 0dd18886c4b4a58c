import PostgresClient
import PostgresTestSupport
import Testing

@Suite struct CopyTests {
  private let table = "CREATE TABLE t (id int8 PRIMARY KEY, at timestamptz, name text, data jsonb, note text)"
  private let copy = "COPY t (id, at, name, data, note) FROM STDIN (FORMAT binary)"

  private func write(_ range: Range<Int64>, _ writer: inout PostgresCopyWriter) {
    for id in range {
      writer.beginRow(columns: 5)
      writer.append(id)
      writer.append(microseconds: id * 1_000_000)
      writer.append("row \(id)")
      writer.append(jsonb: "{\"id\": \(id)}")
      writer.append(id.isMultiple(of: 2) ? nil : "odd")
    }
  }

  @Test func aHundredThousandRowsArriveWhole() async throws {
    try await withTemporaryConnection { connection in
      try await connection.script(table)
      #expect(try await connection.copyIn(copy) { write(0..<100_000, &$0) } == 100_000)
      let row = try #require(
        try await connection.query(
          "SELECT count(*) AS n, sum((data->>'id')::int8) AS s, count(note) AS odd, max(at) AS last FROM t"
        ).first)
      #expect(try row.int("n") == 100_000)
      #expect(try row.int("s") == 4_999_950_000)
      #expect(try row.int("odd") == 50_000)
      #expect(try row.timestamp("last") == 99_999_000_000)
    }
  }

  @Test func aStreamOfRowsArrivesWholeOrNotAtAll() async throws {
    struct Broken: Error {}
    try await withTemporaryConnection { connection in
      try await connection.script(table)
      var next: Int64 = 0
      let count = try await connection.copyIn(copy) { (writer: inout PostgresCopyWriter) async throws -> Bool in
        guard next < 50_000 else { return false }
        write(next..<next + 1000, &writer)
        next += 1000
        return true
      }
      #expect(count == 50_000)
      await #expect(throws: Broken.self) {
        try await connection.copyIn(copy) { (writer: inout PostgresCopyWriter) async throws -> Bool in
          write(next..<next + 5000, &writer)
          next += 5000
          if next > 90_000 { throw Broken() }
          return true
        }
      }
      #expect(try await connection.query("SELECT count(*) AS n FROM t").first?.int("n") == 50_000)
    }
  }

  @Test func aStreamsWriterIsEmptiedWhenItHolds128Kilobytes() async throws {
    try await withTemporaryConnection { connection in
      try await connection.script(table)
      var next: Int64 = 0
      var expected = 0
      let count = try await connection.copyIn(copy) { (writer: inout PostgresCopyWriter) async throws -> Bool in
        #expect(writer.byteCount == expected)
        guard next < 10_000 else { return false }
        write(next..<next + 100, &writer)
        next += 100
        expected = writer.byteCount < 128 * 1024 ? writer.byteCount : 0
        return true
      }
      // What `next` wrote before it returned false counts too.
      #expect(count == 10_000)
    }
  }

  @Test func aRowThatTheTableRefusesLeavesNothingOfTheCopy() async throws {
    try await withTemporaryConnection { connection in
      try await connection.script(table)
      let failure = await #expect(throws: PostgresError.self) {
        try await connection.copyIn(copy) {
          write(0..<20_000, &$0)
          write(0..<1, &$0)
        }
      }
      #expect(failure?.sqlstate == "23505")
      #expect(try await connection.query("SELECT 1 FROM t").isEmpty)
    }
  }

  @Test func rowsAreCopiedOutAtTheReadersPace() async throws {
    try await withTemporaryConnection { connection in
      var bytes = 0
      for try await row in connection.copyOut("COPY (SELECT generate_series(1, 100000)) TO STDOUT") {
        bytes += row.count
      }
      #expect(bytes == 588_895)
    }
  }

  @Test func aCopyThatNobodyReadsToItsEndFreesTheConnection() async throws {
    try await withTemporaryConnection { connection in
      for try await _ in connection.copyOut("COPY (SELECT generate_series(1, 10000000)) TO STDOUT") { break }
      try await expectUsable(connection)
      await #expect(throws: PostgresError.self) {
        for try await _ in connection.copyOut("COPY absent TO STDOUT") {}
      }
      try await expectUsable(connection)
    }
  }
}
