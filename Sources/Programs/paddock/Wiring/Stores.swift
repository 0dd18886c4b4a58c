import ControlModel
import PostgresClient
import SessionHistory

/// All ports that the database answers.
typealias History = ControlStore & DiskUseStore & EngineRegister & OperationStore & OperatorStore & RetentionStore
  & RowRepairStore
  & SandboxReportStore
  & SealedSecretStore & SessionStore & TeamReportStore & TeamStore & TranscriptStore

/// The database, opened for one command.
struct Stores: Sendable {
  let history: any History
  /// Who asks, as operations keep it: the operating system's user; the store puts the database role before it.
  let actor: String
  private let lanes: StoreLanes
  private let url: String
  /// Typed once for all connections of this program.
  private let password: String?

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
    _ installation: Installation, schema: Schema = .known, as client: DatabaseClient = .command
  ) async throws(ControlFailure) -> Stores {
    let url = try await installation.reachableDatabase()
    do throws(ControlFailure) {
      return try await open(url: url, schema: schema, as: client)
    } catch {
      // The server of the stack itself is known better than by its silence; it wants no password.
      let isRefused = error.details.contains { $0.name == "SQLSTATE" }
      if error.code == .unavailable, !isRefused, let advice = installation.adviceOnLostDatabase {
        throw ControlFailure(error.code, error.summary, hint: advice.asSentence)
      }
      guard error.code == .unavailable, let password = try await TypedPassword.read(for: url) else { throw error }
      return try await open(url: url, password: password, schema: schema, as: client)
    }
  }

  static func open(
    url: String, password: String? = nil, schema: Schema, as client: DatabaseClient
  ) async throws(ControlFailure) -> Stores {
    let lanes = StoreLanes.of(client, url: url, password: password)
    let history = PostgresSessionStore(lanes)
    do throws(ControlFailure) {
      switch schema {
      case .known: try await history.requireSchema()
      case .migrated: try await history.migrate()
      case .any: break
      }
    } catch {
      await lanes.close()
      throw error
    }
    return Stores(history: history, actor: OperatingSystemUser.person, lanes: lanes, url: url, password: password)
  }

  /// The same database once more, on connections of their own.
  func reopened(as client: DatabaseClient) async throws(ControlFailure) -> Stores {
    try await Self.open(url: url, password: password, schema: .known, as: client)
  }

  func close() async { await lanes.close() }
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
