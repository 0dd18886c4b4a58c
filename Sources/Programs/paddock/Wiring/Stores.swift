import ControlModel
import SessionHistory

/// The database, opened for one command.
struct Stores: Sendable {
  let url: String
  let history: PostgresSessionStore

  /// Who asks, as operations keep it: the operating system's user; the store puts the database role before it.
  let actor: String

  static func open(_ installation: Installation) async throws(ControlFailure) -> Stores {
    let url = try await installation.reachableDatabase()
    let history = try await PostgresSessionStore.open(url: url)
    return Stores(url: url, history: history, actor: OperatingSystemUser.name)
  }

  func close() async { await history.close() }
}

extension CommonOptions {
  /// Opens the stores for `body` and closes them behind it.
  func withStores<Result: Sendable>(
    _ body: (Stores) async throws -> Result
  ) async throws -> Result {
    let stores = try await Stores.open(stack.installation)
    do {
      let result = try await body(stores)
      await stores.close()
      return result
    } catch {
      await stores.close()
      throw error
    }
  }
}
