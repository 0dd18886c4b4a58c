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
    var admissions = cluster.admissions
    admissions.users.removeAll { $0.login == user.login || $0.unixUser == user.unixUser }
    admissions.users.append(user)
    try await change(to: admissions)
  }

  package func dismiss(login: String) async throws(EmbeddedPostgresError) {
    var admissions = cluster.admissions
    guard admissions.users.contains(where: { $0.login == login }) else { return }
    admissions.users.removeAll { $0.login == login }
    try await change(to: admissions)
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

  /// The directory is opened last and closed first: whoever reaches the socket is asked who they are.
  private func change(to admissions: Admissions) async throws(EmbeddedPostgresError) {
    let cluster = cluster
    guard case .running(_, let url) = status() else {
      throw .userNotAdmitted(admissions.users.last?.unixUser ?? "", reason: "the server does not run")
    }
    try await onOwnThread { () throws(EmbeddedPostgresError) in
      try cluster.locked { () throws(EmbeddedPostgresError) in
        let staying = cluster.admissions.users.filter { admissions.users.contains($0) }
        try cluster.openSharedSockets(to: staying)
      }
    }
    let old = try cluster.writeAdmissions(admissions)
    do throws(EmbeddedPostgresError) {
      try await reload(url)
    } catch {
      try cluster.writeAccess(old)
      try? await reload(url)
      throw error
    }
    try cluster.openSharedSockets(to: admissions.users)
  }

  /// Returns once every new connection is asked by the new files.
  private func reload(_ url: String) async throws(EmbeddedPostgresError) {
    do throws(PostgresError) {
      let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
      try await reload(connection)
      await connection.close()
      // The stack itself must still get in.
      let other = try await PostgresConnection.connect(PostgresConfiguration(url: url))
      await other.close()
    } catch {
      throw .startFailed(log: "it does not take the new list of admitted users: \(error)")
    }
  }

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
