package import EmbeddedPostgres

/// Gives `body` a server of its own that is not started yet, and takes it and its files away behind `body`, however
/// that ends.
package func withTemporaryServer(
  data name: String = "data", settings: [String: String] = [:], _ body: (EmbeddedPostgres) async throws -> Void
) async throws {
  let directory = temporaryDirectory("paddock-server")
  defer { _ = Subcommand(["rm", "-rf", "--", directory]).run() }
  let server = EmbeddedPostgres(
    dataDirectory: "\(directory)/\(name)", settings: ["fsync": "off"].merging(settings) { $1 })
  do {
    try await body(server)
  } catch {
    try? await server.stop()
    throw error
  }
  try await server.stop()
}
