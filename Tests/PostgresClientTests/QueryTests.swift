import PostgresClient
import PostgresTestSupport
import Testing

@Suite struct QueryTests {
  @Test(arguments: [
    (PostgresValue.bool(true), "bool"), (.int4(.min), "int4"), (.int8(.max), "int8"), (.float8(-0.1), "float8"),
    (.text("naïve ‹🐎› \"quoted\" 'text'"), "text"), (.text(""), "text"), (.bytea([0, 1, 255]), "bytea"),
    (.bytea([]), "bytea"), (.uuid("0198c0de-0000-7000-8000-0123456789ab"), "uuid"),
    (.timestamptz(microseconds: 1_795_377_296_123_456), "timestamptz"),
    (.timestamptz(microseconds: -1), "timestamptz"), (.json("{\"a\": 1.0}"), "json"),
    (.jsonb("{\"a\": [1, null]}"), "jsonb"),
    (.boolArray([true, false]), "bool[]"), (.int4Array([1, -1]), "int4[]"), (.int8Array([1, .min]), "int8[]"),
    (.int8Array([]), "int8[]"), (.float8Array([1.5]), "float8[]"), (.textArray(["", "b, \"c\""]), "text[]"),
    (.optionalTextArray(["a", nil]), "text[]"), (.byteaArray([[], [7]]), "bytea[]"),
    (.uuidArray(["00000000-0000-0000-0000-000000000001"]), "uuid[]"),
    (.timestamptzArray([0, 1]), "timestamptz[]"), (.jsonbArray(["1", "{}"]), "jsonb[]"), (.null, "text"),
  ])
  func everyTypeComesBackAsItWasSent(value: PostgresValue, type: String) async throws {
    try await withTemporaryConnection { connection in
      let rows = try await connection.query("SELECT $1::\(type) AS value", [value])
      #expect(rows.first?[0] == value)
    }
  }

  @Test func numbersOfEveryWidthAreReadExactly() async throws {
    try await withTemporaryConnection { connection in
      let rows = try await connection.query(
        """
        SELECT 7::int2 AS small, sum(n) AS total, -12345678.900100::numeric AS exact, 0.05::numeric AS little,
          1.5::float4 AS single, date '2000-01-02' AS day, 'a'::name AS name FROM generate_series(1::int8, 4) n
        """)
      let row = try #require(rows.first)
      #expect(try row.int("small") == 7)
      #expect(try row.int("total") == 10)
      #expect(try row.text("exact") == "-12345678.900100")
      #expect(try row.text("little") == "0.05")
      #expect(try row.double("single") == 1.5)
      #expect(try row.timestamp("day") == 946_771_200_000_000)
      #expect(try row.text("name") == "a")
    }
  }

  @Test func aColumnOfAnotherTypeIsNamedInTheError() async throws {
    try await withTemporaryConnection { connection in
      let row = try #require(try await connection.query("SELECT 'x'::text AS word, NULL::int8 AS gone").first)
      let wrong = #expect(throws: PostgresError.self) { _ = try row.int("word") }
      #expect(wrong?.description.contains("word") == true)
      #expect(throws: PostgresError.decoding(column: "gone", expected: "a whole number", found: "NULL")) {
        _ = try row.int("gone")
      }
      #expect(throws: PostgresError.self) { _ = try row.text("absent") }
      #expect(try row.optionalInt("gone") == nil)
    }
  }

  @Test func anErrorOfTheServerTellsWhatAndWhere() async throws {
    try await withTemporaryConnection { connection in
      try await connection.script("CREATE TABLE t (id int8 CONSTRAINT only_once PRIMARY KEY)")
      #expect(try await connection.execute("INSERT INTO t SELECT generate_series(1::int8, $1)", [.int8(3)]) == 3)
      let failure = await #expect(throws: PostgresError.self) {
        try await connection.execute("INSERT INTO t VALUES ($1)", [.int8(1)])
      }
      guard case .server(let error) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(error.sqlstate == "23505")
      #expect(error.constraint == "only_once")
      #expect(error.table == "t")
      try await expectUsable(connection)
    }
  }

  @Test func preparedStatementsSurviveAChangeOfTheSchemaAndAFullCache() async throws {
    try await withTemporaryDatabase { url in
      var configuration = PostgresConfiguration(url: url)
      configuration.statementCacheSize = 3
      let connection = try await PostgresConnection.connect(configuration)
      try await connection.script("CREATE TABLE t (a int8); INSERT INTO t VALUES (1)")
      #expect(try await connection.query("SELECT * FROM t").first?.count == 1)
      try await connection.script("ALTER TABLE t ADD b int8")
      #expect(try await connection.query("SELECT * FROM t").first?.count == 2)
      try await connection.script("DEALLOCATE ALL")
      #expect(try await connection.query("SELECT * FROM t").first?.count == 2)
      for number in 0..<10 { _ = try await connection.query("SELECT \(number)") }
      let count = try await connection.query("SELECT count(*) AS n FROM pg_prepared_statements").first?.int("n")
      #expect((count ?? 0) <= 4)
      await connection.close()
    }
  }

  @Test func aHugeResultIsStreamedAndCanBeGivenUp() async throws {
    struct Enough: Error {}
    try await withTemporaryConnection { connection in
      var sum: Int64 = 0
      try await connection.forEachRow("SELECT generate_series(1::int8, 10000) AS n") { sum += try $0.int("n") }
      #expect(sum == 50_005_000)
      await #expect(throws: Enough.self) {
        try await connection.forEachRow("SELECT generate_series(1::int8, 1000000000) AS n") { _ in throw Enough() }
      }
      try await expectUsable(connection)
    }
  }

  @Test func aWrongKindOfStatementLeavesTheConnectionUsable() async throws {
    try await withTemporaryConnection { connection in
      await #expect(throws: PostgresError.self) { try await connection.script("COPY (SELECT 1) TO STDOUT") }
      await #expect(throws: PostgresError.self) { _ = try await connection.copyIn("SELECT 1") { _ in } }
      await #expect(throws: PostgresError.self) { _ = try await connection.query("SELECT $1::uuid", [.uuid("no")]) }
      try await expectUsable(connection)
    }
  }

  @Test func aPasswordNeverShows() async throws {
    for url in [
      "postgresql://me:hunter2@127.0.0.1:1/db", "postgresql://me:hunter2%zz@h/db",
      "host=127.0.0.1 port=1 password=hunter2",
    ] {
      let configuration = PostgresConfiguration(url: url)
      let failure = await #expect(throws: PostgresError.self) {
        _ = try await PostgresConnection.connect(configuration)
      }
      #expect(failure?.description.contains("hunter2") == false)
      #expect(!"\(configuration) \(String(reflecting: configuration))".contains("hunter2"))
    }
  }
}
