import ControlCore
import ControlModel
import Glibc
import Logging
import PostgresClient
import SessionHistory

/// A core in a process of its own, for tests that stop and kill it: `SharingCore URL HOLDER`. Its sandboxes are rows of
/// the same database (`PlayedCluster`). It ends with the process that started it.
@main struct SharingCore {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else { exit(2) }
    let (url, holder) = (arguments[1], arguments[2])
    let parent = getppid()
    let store = PostgresSessionStore(PostgresPool(.process(url: url)))
    let engine = PlayedCluster(PostgresPool(PostgresConfiguration(url: url)), core: holder)
    var settings = CoreSettings(holder: holder)
    settings.sharesSessions = true
    let core = ControlCore(
      store: store, engine: engine, settings: settings,
      logger: Logger(label: holder) { StreamLogHandler.standardError(label: $0) })
    let loop = Task { await core.run() }
    while getppid() == parent { try await Task.sleep(for: .milliseconds(200)) }
    loop.cancel()
    await loop.value
  }
}
