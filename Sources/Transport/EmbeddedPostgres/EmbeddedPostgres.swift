import PostgresClient

/// A private Postgres server: its own data directory, reachable by a unix socket only, outliving whoever started it.
///
/// Any number of processes may start, find and stop the same server. Its superuser is `paddock`, its database `paddock`.
package struct EmbeddedPostgres: Sendable {
  package let dataDirectory: String
  private let settings: [String: String]
  private let binaries: String?
  private let sharedSockets: String?

  /// `settings` are server settings that win over ours; `binaries` is the folder of the programs of one installation,
  /// where not the newest of this machine is wanted. In the directory `sharedSockets` the server has a second socket, for
  /// the users of this machine who are admitted; closed to all others, and left out where the server cannot have it.
  package init(
    dataDirectory: String, settings: [String: String] = [:], binaries: String? = nil, sharedSockets: String? = nil
  ) {
    self.dataDirectory = dataDirectory
    self.settings = settings
    self.binaries = binaries
    self.sharedSockets = sharedSockets
  }

  package enum Status: Sendable, Hashable {
    case stopped
    case running(pid: Int32, url: String)
    /// A server whose socket was removed; `start` makes it anew.
    case unreachable(pid: Int32)
    /// Whether one runs may not be known to this user.
    case hidden(reason: String)
  }

  package var isInitialized: Bool { cluster.version != nil }

  package func status() -> Status {
    guard let process = cluster.process else {
      return ServerProcess.obstacle(in: cluster.directory).map { .hidden(reason: $0) } ?? .stopped
    }
    guard process.hasSocket(port: cluster.port) else { return .unreachable(pid: process.pid) }
    return .running(pid: process.pid, url: cluster.url(socketDirectory: process.socketDirectory))
  }

  /// Where the server writes what it has to say.
  package var logFile: String { cluster.logFile }

  /// Starts the server unless it runs, waits until it answers, and returns its libpq URL.
  package func start() async throws(EmbeddedPostgresError) -> String {
    let cluster = cluster
    let end = ContinuousClock.now + .seconds(60)
    while true {
      let process = try await onOwnThread { () throws(EmbeddedPostgresError) in try cluster.start() }
      let socket = process.socketDirectory
      do throws(PostgresError) {
        try await makeDatabase(at: cluster.url(database: "postgres", socketDirectory: socket))
        return cluster.url(socketDirectory: socket)
      } catch {
        // A server that was found running may have been dying already: then the next round starts another.
        guard error.isConnectionLoss, ContinuousClock.now < end else { throw .startFailed(log: error.description) }
      }
    }
  }

  /// Ends all connections and stops the server; does nothing when it does not run.
  package func stop() async throws(EmbeddedPostgresError) {
    let cluster = cluster
    try await onOwnThread { () throws(EmbeddedPostgresError) in try cluster.stop() }
  }

  var cluster: Cluster { Cluster(dataDirectory, settings, binaries: binaries, sharedSockets: sharedSockets) }
}
