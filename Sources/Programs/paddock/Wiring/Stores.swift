import ControlModel
import PostgresClient
import SessionHistory

/// All ports that the database answers.
typealias History = ControlStore & EngineRegister & OperationStore & OperatorStore & SandboxReportStore
  & SealedSecretStore & SessionStore & TeamReportStore & TeamStore & TranscriptStore

/// The database, opened for one command.
struct Stores: Sendable {
  let history: any History
  /// Who asks, as operations keep it: the operating system's user; the store puts the database role before it.
  let actor: String
  private let pool: PostgresPool

  enum Schema {
    /// What commands demand: the one that this program knows. It is made where there is none at all.
    case known
    /// Brought up to date on the way; that needs no right where it is so already. For `up` and `core` alone: nothing
    /// else may change the schema under a core of another version.
    case migrated
    /// For who only asks which core is alive.
    case any
  }

  static func open(
    _ installation: Installation, schema: Schema = .known
  ) async throws(ControlFailure) -> Stores {
    try await open(url: try await installation.reachableDatabase(), schema: schema)
  }

  static func open(url: String, schema: Schema) async throws(ControlFailure) -> Stores {
    let pool = PostgresPool(.process(url: url), size: 4)
    let history = PostgresSessionStore(pool)
    do throws(ControlFailure) {
      switch schema {
      case .known: try await history.requireSchema()
      case .migrated: try await history.migrate()
      case .any: break
      }
    } catch {
      await pool.close()
      throw error
    }
    return Stores(history: history, actor: OperatingSystemUser.person, pool: pool)
  }

  func close() async { await pool.close() }
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
