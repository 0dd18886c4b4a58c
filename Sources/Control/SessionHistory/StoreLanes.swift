package import PostgresClient

/// The connections of one program, apart by what they are for: what waits in one lane holds up nothing in another.
package struct StoreLanes: Sendable {
  /// Questions, operations, states.
  let control: PostgresPool
  /// Journals on their way into the record. Two, so that one session that somebody else holds does not hold up the others.
  let recording: PostgresPool
  /// Making findable and purging, which take long and keep each other out.
  let upkeep: PostgresPool
  /// Ending those who hold up others, which must not wait for any of them.
  let watch: PostgresPool

  /// For programs that do one thing after the other.
  package init(one pool: PostgresPool) {
    (control, recording, upkeep, watch) = (pool, pool, pool, pool)
  }

  private init(core configuration: PostgresConfiguration) {
    func lane(_ size: Int, statementTimeout: Double, lockTimeout: Double = 3) -> PostgresPool {
      var configuration = configuration
      (configuration.statementTimeout, configuration.lockTimeout) = (statementTimeout, lockTimeout)
      return PostgresPool(configuration, size: size)
    }
    control = lane(3, statementTimeout: 60)
    recording = lane(2, statementTimeout: 300)
    upkeep = lane(1, statementTimeout: 900)
    watch = lane(1, statementTimeout: 5, lockTimeout: 1)
  }

  /// The lanes of a program, on connections of its own.
  package static func of(_ client: DatabaseClient, url: String, password: String? = nil) -> StoreLanes {
    var configuration = PostgresConfiguration.process(url: url, for: client)
    configuration.password = password
    return switch client {
    case .core: StoreLanes(core: configuration)
    case .console: StoreLanes(one: PostgresPool(configuration, size: 1))
    case .command: StoreLanes(one: PostgresPool(configuration, size: 2))
    }
  }

  package func close() async {
    for pool in [control, recording, upkeep, watch] { await pool.close() }
  }
}

/// Who asks the database, and how long it may keep others waiting.
package enum DatabaseClient: Sendable {
  /// Its waits for locks end behind the two seconds after which whoever is in the way is shut out.
  case core
  /// Two connections: one for questions, one that listens.
  case console
  case command
}

extension PostgresConfiguration {
  /// For a process that a core may run in. A URL that sets `application_name` keeps it; what such a core has left within
  /// a transaction when it is stopped stays locked until it ends.
  package static func process(url: String, for client: DatabaseClient = .core) -> PostgresConfiguration {
    var configuration = PostgresConfiguration(url: url)
    configuration.applicationName = ProcessName.make()
    configuration.searchPath = "pg_catalog"
    switch client {
    case .core:
      (configuration.lockTimeout, configuration.statementTimeout) = (3, 60)
      configuration.idleInTransactionTimeout = 30
    case .console:
      (configuration.lockTimeout, configuration.statementTimeout) = (2, 30)
      configuration.idleInTransactionTimeout = 30
    case .command:
      // Somebody waits for the answer.
      configuration.connectTimeout = 5
      (configuration.lockTimeout, configuration.statementTimeout) = (5, 300)
      configuration.idleInTransactionTimeout = 60
    }
    return configuration
  }
}
