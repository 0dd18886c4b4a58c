import EmbeddedPostgres
import Glibc
import PostgresClient
import PostgresTestSupport

/// A real server on a loopback port, with a certificate of an authority of its own.
///
/// `ada` gets in over TLS with the password `right-horse`, `plain` without either.
struct TCPServer {
  static let password = "right-horse"

  let directory: String
  let port: String
  private let server: EmbeddedPostgres

  /// The authority that signed the server's certificate, and one that did not.
  var authority: String { "\(directory)/authority.pem" }
  var stranger: String { "\(directory)/stranger.pem" }

  static func with(_ body: (TCPServer) async throws -> Void) async throws {
    let directory = temporaryDirectory("paddock-tcp")
    defer { _ = Subcommand(["rm", "-rf", "--", directory]).run() }
    let server = try await TCPServer(directory)
    do {
      try await body(server)
    } catch {
      try? await server.server.stop()
      throw error
    }
    try await server.server.stop()
  }

  private init(_ directory: String) async throws {
    self.directory = directory
    let data = "\(directory)/data"
    let local = EmbeddedPostgres(dataDirectory: data, settings: ["fsync": "off"])
    let administration = try await PostgresConnection.connect(PostgresConfiguration(url: try await local.start()))
    try await administration.script("CREATE ROLE ada LOGIN PASSWORD '\(Self.password)'; CREATE ROLE plain LOGIN")
    await administration.close()
    try await local.stop()
    try Self.makeFiles(in: directory)
    port = try Self.freePort()
    server = EmbeddedPostgres(
      dataDirectory: data,
      settings: [
        "fsync": "off", "listen_addresses": "127.0.0.1", "port": port, "hba_file": "\(directory)/hba.conf",
        "ssl": "on", "ssl_cert_file": "\(directory)/server.pem", "ssl_key_file": "\(directory)/server.key",
      ])
    _ = try await server.start()
  }

  func url(
    _ user: String, password: String? = nil, host: String = "localhost", _ options: [String] = []
  ) -> String {
    let account = password.map { "\(user):\($0)" } ?? user
    let words = ["host=\(host)", "hostaddr=127.0.0.1", "port=\(port)"] + options
    return "postgresql://\(account)@/paddock?\(words.joined(separator: "&"))"
  }

  func start() async throws { _ = try await server.start() }

  func stop() async throws { try await server.stop() }

  // MARK: Files

  private static func makeFiles(in directory: String) throws {
    try makeAuthority("authority", in: directory)
    try makeAuthority("stranger", in: directory)
    try openssl(
      ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(directory)/server.key"]
        + ["-out", "\(directory)/server.pem", "-CA", "\(directory)/authority.pem"]
        + ["-CAkey", "\(directory)/authority.key"])
    let rules = """
      local all all trust
      hostssl all ada 127.0.0.1/32 scram-sha-256
      hostnossl all plain 127.0.0.1/32 trust

      """
    guard let file = fopen("\(directory)/hba.conf", "w") else { throw Unusable(reason: "no hba.conf") }
    fputs(rules, file)
    fclose(file)
    // The server takes a key only from its own account or from root.
    let files = ["server.key", "server.pem", "hba.conf"].map { "\(directory)/\($0)" }
    try run(["chown", "--reference=\(directory)/data"] + files)
    try run(["chmod", "600"] + files)
  }

  private static func makeAuthority(_ name: String, in directory: String) throws {
    try openssl(
      ["-subj", "/CN=\(name)", "-keyout", "\(directory)/\(name).key", "-out", "\(directory)/\(name).pem"])
  }

  private static func openssl(_ arguments: [String]) throws {
    try run(
      ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + arguments)
  }

  private struct Unusable: Error {
    var reason: String
  }

  private static func run(_ command: [String]) throws {
    let outcome = Subcommand(command).run()
    guard outcome.status == 0 else { throw Unusable(reason: "\(command[0]): \(outcome.output)") }
  }

  private static func freePort() throws -> String {
    let listener = try SilentListener()
    return listener.port
  }
}

/// A loopback port that takes connections and never says a word.
final class SilentListener {
  let port: String
  private let descriptor: Int32

  struct NoPort: Error {}

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
      }
    }
    guard isOpen, listen(descriptor, 16) == 0 else { throw NoPort() }
    port = String(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }
}
