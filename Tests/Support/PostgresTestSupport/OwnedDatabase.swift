import EmbeddedPostgres
import PaddockProgram
import PostgresClient

/// The releases of Postgres that people's databases are on: Debian's, and those that changed what CREATEROLE may do.
package enum ServerRelease: String, Sendable, CaseIterable {
  case debian, sixteen, eighteen

  /// nil: what is installed on this machine.
  fileprivate func binaries() async throws -> String? {
    let name: String
    switch self {
    case .debian: return nil
    case .sixteen: name = "16"
    case .eighteen: name = "18"
    }
    let run = try await Program.run([PaddockInstallation.checkout + "/Tests/Support/postgres-servers", name])
    guard run.status == 0, let folder = run.lines.last else { throw MissingServer(release: name, output: run.errors) }
    return folder
  }
}

private struct MissingServer: Error {
  var release: String
  var output: String
}

/// A server of its own with a database whose owner has LOGIN and CREATEROLE and nothing else: how Paddock is given a
/// database by those who run one for many. Both URLs, as the superuser and as the owner, are of that database.
package func withOwnedDatabase(
  on release: ServerRelease, _ body: (_ superuser: String, _ owner: String) async throws -> Void
) async throws {
  let directory = temporaryDirectory("paddock-owned")
  defer { _ = Subcommand(["rm", "-rf", "--", directory]).run() }
  let server = EmbeddedPostgres(
    dataDirectory: "\(directory)/data", settings: ["fsync": "off", "full_page_writes": "off"],
    binaries: try await release.binaries())
  do {
    let url = try await server.start()
    let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
    try await connection.script("CREATE ROLE keeper LOGIN CREATEROLE; ALTER DATABASE paddock OWNER TO keeper")
    await connection.close()
    try await body(url, url + "&user=keeper")
  } catch {
    try? await server.stop()
    throw error
  }
  try await server.stop()
}
