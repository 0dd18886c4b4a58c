package import ControlModel
import PostgresClient

extension PostgresSessionStore {
  /// Brings the schema to the version of this binary; does nothing, and needs no right to, when it is there already.
  /// Refused for a database that a newer binary has migrated, and for one whose migrations differ from this binary's.
  package func migrate() async throws(ControlFailure) {
    try await migrate(to: Migration.all)
  }

  /// For those that only use the database: makes the schema in an empty one, and otherwise demands the version of this
  /// binary. A core that is at work with another version keeps the schema it knows.
  package func requireSchema() async throws(ControlFailure) {
    try await requireSchema(Migration.all)
  }

  func requireSchema(_ migrations: [Migration]) async throws(ControlFailure) {
    let missing: [Migration]?
    do {
      try await requireOwnSessions()
      missing = try await pool.withConnection { connection in
        guard try await hasRecord(connection) else { return nil }
        return try await pending(connection, migrations)
      }
    } catch {
      throw failure(error)
    }
    guard let missing else { return try await migrate(to: migrations) }
    guard let first = missing.first else { return }
    throw ControlFailure(
      .unsupported,
      "The database \(pool.configuration) has schema version \(first.number - 1); this Paddock needs version "
        + "\(migrations.count).",
      hint: "Run `paddock up` or `paddock core` once to bring it up to date.")
  }

  func migrate(to migrations: [Migration], lockPatience: Double = 15) async throws(ControlFailure) {
    do {
      try await requireOwnSessions(isThorough: true)
      let isCurrent = try await pool.withConnection { connection in
        guard try await hasRecord(connection) else { return false }
        return try await pending(connection, migrations).isEmpty
      }
      if isCurrent { return }
      // A core that is stopped must not hold up an upgrade for ever. Without the right to end it, it does.
      _ = try? await endSilentCores(after: CoreSilence.seconds)
      try await MigrationWay.clear(for: pool, patience: lockPatience) { connection in
        let isFirst = try await !hasRecord(connection)
        try await prepareRecord(connection)
        let pending = try await pending(connection, migrations)
        if !isFirst, !pending.isEmpty { try await keepCoresOut(connection) }
        for migration in pending { try await apply(migration, connection) }
      }
    } catch {
      throw failure(error)
    }
  }

  /// What the database must be to whoever uses it: one that keeps any text, and connections that are their owner's alone.
  /// The second is looked into where something stands in between; thoroughly, it is in any case.
  func requireOwnSessions(isThorough: Bool = false) async throws {
    let (encoding, isDirect) = try await pool.withConnection { connection in
      (await connection.serverEncoding, await connection.isDirect)
    }
    guard encoding == "UTF8" else {
      throw ControlFailure(
        .unsupported, "The database \(pool.configuration) keeps text as \(encoding); Paddock needs one that is UTF8.",
        hint: "Make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.")
    }
    guard isThorough || !isDirect else { return }
    try await SessionProbe(configuration: pool.configuration, rivals: isDirect ? 1 : 4).check()
  }

  /// For the rest of the transaction no core can take the lease; one that has it would go on with the schema it knew.
  private func keepCoresOut(_ connection: PostgresConnection) async throws {
    let isFree = try await connection.query("SELECT pg_try_advisory_xact_lock(\(AdvisoryLock.lease)) AS taken")
    guard try isFree.first?.bool("taken") != true else { return }
    let holder = try await leaseHolder(connection)
    // Who is no core is in the way as well, and is ended while this waits.
    if holder == nil { return try await connection.script("SELECT pg_advisory_xact_lock(\(AdvisoryLock.lease))") }
    throw ControlFailure(
      .refused,
      "A core (\(holder ?? "unnamed")) is at work on the database \(pool.configuration), whose schema an older "
        + "Paddock made.",
      hint: "End it first, by `paddock down --keep-sandboxes` or by closing its console; agents work on meanwhile.")
  }

  private func hasRecord(_ connection: PostgresConnection) async throws -> Bool {
    let rows = try await connection.query(
      """
      SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'paddock' AND c.relname = 'schema_migration') AS found
      """)
    return try rows.first?.bool("found") ?? false
  }

  private func prepareRecord(_ connection: PostgresConnection) async throws {
    if try await hasRecord(connection) { return }
    try await connection.script(
      """
      CREATE SCHEMA IF NOT EXISTS paddock;
      CREATE TABLE paddock.schema_migration (
        number integer PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      );
      """)
  }

  /// Checks what is recorded; returns what is not there yet, in order.
  private func pending(
    _ connection: PostgresConnection, _ migrations: [Migration]
  ) async throws -> [Migration] {
    let rows = try await connection.query(
      """
      SELECT coalesce(m.number, g.number) AS number, m.checksum AS recorded,
        encode(sha256(convert_to(g.sql, 'UTF8')), 'hex') AS known
      FROM paddock.schema_migration m
      FULL JOIN unnest($1::int[], $2::text[]) AS g (number, sql) ON g.number = m.number
      ORDER BY 1
      """,
      [.int4Array(migrations.map { Int32($0.number) }), .textArray(migrations.map(\.sql))])
    var pending: [Migration] = []
    for row in rows {
      let number = Int(try row.int("number"))
      let (recorded, known) = (try row.optionalText("recorded"), try row.optionalText("known"))
      guard let known else { throw isNewer(number, than: migrations.count) }
      if recorded == nil { pending += migrations.filter { $0.number == number } }
      if let recorded, recorded != known { throw differs(number) }
    }
    return pending
  }

  private func apply(_ migration: Migration, _ connection: PostgresConnection) async throws {
    try await connection.script(migration.sql)
    try await connection.execute(
      """
      INSERT INTO paddock.schema_migration (number, name, checksum)
      VALUES ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))
      """,
      [.int4(Int32(migration.number)), .text(migration.name), .text(migration.sql)])
  }

  private func isNewer(_ number: Int, than known: Int) -> ControlFailure {
    ControlFailure(
      .unsupported,
      "The database \(pool.configuration) has schema version \(number); this Paddock knows versions up to \(known).",
      hint: "Use the Paddock that migrated it, or a newer one.")
  }

  private func differs(_ number: Int) -> ControlFailure {
    ControlFailure(
      .unsupported,
      "Version \(number) of the schema in the database \(pool.configuration) is not the one that this Paddock knows.",
      hint: "It was made by a development build: use another database.")
  }
}
