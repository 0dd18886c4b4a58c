import Glibc
import PostgresClient

extension EmbeddedPostgres {
  /// The users of this machine who may log in besides those who run the server.
  package func admitted() -> [AdmittedUser] { cluster.admissions.users }

  /// Where they find the server; nil where it can have no socket for them.
  package var sharedSocketDirectory: String? { cluster.usableSharedSockets }

  /// Lets a user of this machine log in as `login`, and as nobody else, from now on and after every start. Everybody who
  /// has no such line is kept out; the stack's own user stays its superuser.
  package func admit(_ user: AdmittedUser) async throws(EmbeddedPostgresError) {
    try canAdmit(user)
    try await change { users in
      users.removeAll { $0.login == user.login }
      users.append(user)
    }
  }

  package func dismiss(login: String) async throws(EmbeddedPostgresError) {
    guard admitted().contains(where: { $0.login == login }) else { return }
    try await change { users in users.removeAll { $0.login == login } }
  }

  /// Lets in exactly these, as far as they are there and get to the socket; says whether anything had to be changed.
  @discardableResult
  package func admitOnly(_ users: [AdmittedUser]) async throws(EmbeddedPostgresError) -> Bool {
    let known = Set(admitted())
    let wanted = users.filter { known.contains($0) || (try? canAdmit($0)) != nil }
    guard known != Set(wanted) else { return false }
    try await change { $0 = wanted }
    return true
  }

  /// Whether the user is there, and gets to the socket.
  package func canAdmit(_ user: AdmittedUser) throws(EmbeddedPostgresError) {
    guard let entry = UserEntry(name: user.unixUser), entry.user != 0 else {
      throw .userNotAdmitted(user.unixUser, reason: "there is no such user, or it is root")
    }
    guard let directory = cluster.usableSharedSockets else {
      throw .userNotAdmitted(user.unixUser, reason: "the server's account cannot have a socket beside \(dataDirectory)")
    }
    if let obstacle = cluster.obstacle(for: entry) {
      throw .userNotAdmitted(user.unixUser, reason: "the directory \(obstacle) is closed to that user")
    }
    guard access("\(directory)/.s.PGSQL.\(cluster.port)", F_OK) == 0 else {
      throw .userNotAdmitted(
        user.unixUser, reason: "the server was started without a socket in \(directory): stop it and start it once")
    }
  }

  /// Read, written and reloaded under one lock: of two changes at once neither undoes the other. The directory is opened
  /// last and closed first: whoever reaches the socket is asked who they are.
  private func change(
    _ edit: @escaping @Sendable (inout [AdmittedUser]) -> Void
  ) async throws(EmbeddedPostgresError) {
    let cluster = cluster
    let lock = try await onOwnThread { () throws(EmbeddedPostgresError) in HeldLock(try cluster.lock()) }
    let former = cluster.admissions
    var admissions = former
    edit(&admissions.users)
    guard admissions != former else { return }
    guard case .running(_, let url) = status() else {
      throw .userNotAdmitted(admissions.users.last?.unixUser ?? "", reason: "the server does not run")
    }
    try cluster.checkOwner()
    try cluster.openSharedSockets(to: former.users.filter { admissions.users.contains($0) })
    try await write(admissions, url)
    try cluster.openSharedSockets(to: admissions.users)
    withExtendedLifetime(lock) {}
  }

  /// The connection that the files are reloaded through is there before they are written, and is kept until somebody has
  /// got in by the new ones: were the stack itself locked out by them, it alone could still put the old ones back.
  private func write(_ admissions: Admissions, _ url: String) async throws(EmbeddedPostgresError) {
    let connection: PostgresConnection
    do throws(PostgresError) { connection = try await .connect(PostgresConfiguration(url: url)) } catch {
      throw Self.refusal(error)
    }
    var failure: EmbeddedPostgresError?
    do throws(EmbeddedPostgresError) {
      let old = try cluster.writeAdmissions(admissions)
      do throws(PostgresError) {
        try await reload(connection)
        // The stack itself must still get in.
        try await PostgresConnection.connect(PostgresConfiguration(url: url)).close()
      } catch {
        try cluster.writeAccess(old)
        try? await reload(connection)
        failure = Self.refusal(error)
      }
    } catch {
      failure = error
    }
    await connection.close()
    if let failure { throw failure }
  }

  private static func refusal(_ error: PostgresError) -> EmbeddedPostgresError {
    .startFailed(log: "it does not take the new list of admitted users: \(error)")
  }

  /// Returns once every new connection is asked by the new files.
  private func reload(_ connection: PostgresConnection) async throws(PostgresError) {
    let wrong = try await connection.query(
      """
      SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL
      UNION ALL SELECT error FROM pg_ident_file_mappings WHERE error IS NOT NULL LIMIT 1
      """)
    if let error = try wrong.first?.text("error") { throw .misuse(error) }
    let before = try await loadTime(connection)
    _ = try await connection.query("SELECT pg_reload_conf()")
    let deadline = ContinuousClock.now + .seconds(10)
    while try await loadTime(connection) == before {
      guard ContinuousClock.now < deadline else { throw .timedOut }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  private func loadTime(_ connection: PostgresConnection) async throws(PostgresError) -> Int64 {
    try await connection.query("SELECT pg_conf_load_time() AS time").first?.timestamp("time") ?? 0
  }
}

/// Keeps a lock for as long as it is referred to, over waits.
private final class HeldLock: Sendable {
  private let lock: ClusterLock

  init(_ lock: consuming ClusterLock) { self.lock = lock }
}
