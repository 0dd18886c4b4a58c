import ControlModel
import Glibc
import PostgresClient

/// `paddock import` of real transcripts, the whole program, against COPY of the rows that it makes.
enum Importing {
  static func run(_ workbench: Workbench) async throws -> [Finding] {
    guard let corpus = Program.variable("PADDOCK_BENCH_CORPUS") else {
      return [Finding("import of transcripts", "not measured: PADDOCK_BENCH_CORPUS names no folder of transcripts")]
    }
    let parsed = try await Parsing.run(corpus)
    note("\(parsed.what): \(parsed.measured)")
    let database = try await workbench.database("importing")
    let (first, taken) = try await importing(corpus, into: database, workbench)
    let (_, again) = try await importing(corpus, into: database, workbench)
    let floor = try await copy(database, workbench)
    await database.close()
    return [
      parsed,
      Finding(
        "import \(first.events) events, \(first.bytes >> 20) MB of transcripts",
        "\(Figure.rate(first.events, in: taken)), \(Parsing.rate(first.bytes, taken))",
        peer: "COPY, same indexes: \(Figure.rate(first.events, in: floor))", ratio: Figure.percent(floor / taken)),
      Finding("import them again: nothing is new", Figure.duration(again), peer: "first: \(Figure.duration(taken))"),
    ]
  }

  private static func importing(
    _ corpus: String, into database: BenchmarkDatabase, _ workbench: Workbench
  ) async throws -> ((events: Int, bytes: Int), Duration) {
    let (output, duration) = try await time {
      try await ProgramOutput.of(
        [Program.paddock, "import", corpus, "--output", "json"], environment: database.environment(workbench))
    }
    guard output.status == 0, let report = try? JSONValue(parsing: output.text) else {
      throw BenchmarkFailure("`paddock import` ended with status \(output.status): \(output.text)")
    }
    return ((Int(report["events"]?.integerValue ?? 0), try await Parsing.bytes(of: corpus)), duration)
  }

  /// From a file on the server, as no client could be quicker.
  private static func copy(_ database: BenchmarkDatabase, _ workbench: Workbench) async throws -> Duration {
    let file = "\(workbench.folder)/postgres/events.copy"
    try await database.pool.script(
      "COPY paddock.event TO '\(file)' (FORMAT binary); CREATE TABLE floor (LIKE paddock.event INCLUDING ALL)")
    return try await time { try await database.pool.script("COPY floor FROM '\(file)' (FORMAT binary)") }.1
  }
}
