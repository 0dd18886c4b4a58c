import CPostgres

extension PostgresConnection {
  /// What the server keeps instead of a password (SCRAM-SHA-256, RFC 5803): a password that is set with it is never in a
  /// statement, and so in no log.
  package func passwordVerifier(for password: [UInt8], of login: String) throws(PostgresError) -> String {
    guard !password.isEmpty, !password.contains(0) else {
      throw .invalidParameter("a password has at least one byte, and none that is zero")
    }
    let connection = try connected()
    let bytes = (password + [0]).map { CChar(bitPattern: $0) }
    guard let verifier = PQencryptPasswordConn(connection, bytes, login, "scram-sha-256") else {
      throw .misuse(text(PQerrorMessage(connection)))
    }
    defer { PQfreemem(verifier) }
    return String(cString: verifier)
  }
}

extension PostgresConnection {
  /// Whether the server asks for a password and none is there: neither in the URL nor in a password file. Connects once.
  package static func needsPassword(_ configuration: PostgresConfiguration) async -> Bool {
    let connection = PostgresConnection(configuration)
    try? await connection.open()
    let answer = await connection.lacksPassword
    await connection.close()
    return answer
  }
}
