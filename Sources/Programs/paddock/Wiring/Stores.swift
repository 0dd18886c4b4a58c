import ControlModel
import PostgresClient
import SessionHistory

/// All ports that the database answers.
typealias History = ControlStore & EngineRegister & OperationStore & OperatorStore & RetentionStore & SandboxReportStore
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
    let url = try await installation.reachableDatabase()
    do throws(ControlFailure) {
      return try await open(url: url, schema: schema)
    } catch {
      guard error.code == .unavailable, let password = try await TypedPassword.read(for: url) else { throw error }
      return try await open(url: url, password: password, schema: schema)
    }
  }

  static func open(url: String, password: String? = nil, schema: Schema) async throws(ControlFailure) -> Stores {
    var configuration = PostgresConfiguration.process(url: url)
    configuration.password = password
    let pool = PostgresPool(configuration, size: 4)
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
