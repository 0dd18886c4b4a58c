import ControlModel
import Foundation
import PaddockProgram
import PostgresClient
import SessionHistory

/// Cores in processes of their own (`SharingCore`), beside the database and the sessions of `SharedCores`.
struct CoreProcesses {
  let cores: SharedCores
  private let directory: String

  /// Whatever of them is left is killed behind `body`.
  static func with(
    _ names: [String], sessions: Int, _ body: (CoreProcesses, [RunningProgram]) async throws -> Void
  ) async throws {
    try await SharedCores.with(sessions: sessions) { cores in
      let processes = CoreProcesses(cores: cores, directory: "/tmp/paddock-cores-\(UUID().uuidString)")
      try FileManager.default.createDirectory(atPath: processes.directory, withIntermediateDirectories: true)
      var running: [RunningProgram] = []
      let result: Result<Void, any Error>
      do {
        try await processes.makeCluster()
        for name in names { running.append(try processes.start(name)) }
        result = .success(try await body(processes, running))
      } catch { result = .failure(error) }
      for program in running { await program.end() }
      try FileManager.default.removeItem(atPath: processes.directory)
      try result.get()
    }
  }

  private func start(_ name: String) throws -> RunningProgram {
    try RunningProgram.start(
      [PaddockInstallation.products + "/SharingCore", cores.url, name], output: directory + "/" + name)
  }

  private func makeCluster() async throws {
    try await cores.pool.script(
      """
      CREATE SCHEMA cluster;
      CREATE TABLE cluster.sandbox (
        session uuid PRIMARY KEY, generation integer NOT NULL, team text NOT NULL,
        uid uuid NOT NULL DEFAULT gen_random_uuid(), mode text NOT NULL DEFAULT 'running');
      CREATE TABLE cluster.made (session uuid NOT NULL, generation integer NOT NULL);
      CREATE TABLE cluster.act (
        core text NOT NULL, session uuid NOT NULL, kind text NOT NULL, began timestamptz NOT NULL,
        ended timestamptz NOT NULL);
      """)
  }

  /// Every operation is carried out, and the journal of every generation recorded.
  func untilDone() async throws {
    try await until { try await cores.store.pendingOperations().isEmpty }
    try await until {
      let recorded = try await cores.recorded()
      return recorded.events >= recorded.expected
    }
  }

  func acts(of core: String) async throws -> Int64 {
    try await count("FROM cluster.act WHERE core = $1", [.text(core)])
  }

  /// Acts of different cores on one session that overlap.
  func overlaps() async throws -> Int64 {
    try await count(
      """
      FROM cluster.act a JOIN cluster.act b ON a.session = b.session AND a.core < b.core
        AND a.began < b.ended AND b.began < a.ended
      """)
  }

  /// Sandboxes that were made although their generation had had one.
  func doubles() async throws -> Int64 {
    try await count("FROM (SELECT FROM cluster.made GROUP BY session, generation HAVING count(*) > 1) d")
  }

  /// Sessions whose sandbox is not the one they should have.
  func strays() async throws -> Int64 {
    try await count(
      """
      FROM paddock.session s FULL JOIN cluster.sandbox c ON c.session = s.id
      WHERE s.generation IS DISTINCT FROM c.generation
      """)
  }

  private func count(_ from: String, _ parameters: [PostgresValue] = []) async throws -> Int64 {
    try await cores.pool.query("SELECT count(*) AS number \(from)", parameters).first?.int("number") ?? 0
  }
}
