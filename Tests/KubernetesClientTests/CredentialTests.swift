import ControlModel
import HTTPTransport
import Testing

@testable import KubernetesClient

@Suite struct CredentialTests {
  @Test func saysWhoAsks() {
    var request = HTTPRequest("GET", "https://x")
    Credential.basic(user: "me", password: "pä").apply(to: &request)
    #expect(request.headers["authorization"] == "Basic bWU6cMOk")
    Credential.bearer("other").apply(to: &request)
    #expect(request.headers.fields.count == 1)
    #expect("\(Credential.bearer("secret"))" == "a bearer token")
  }

  @Test func base64GoesBothWays() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 91 + count) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
    #expect(Base64.encode(Array("any carnal pleas".utf8)) == "YW55IGNhcm5hbCBwbGVhcw==")
    for text in ["a", "ab=c", "====", "ab!=", "YQ"] { #expect(Base64.decode(text) == nil) }
  }

  @Test func readsATokenFileAnewInTimeAndAfterARefusal() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("token", "one\n")
    let source = TokenFileSource(path: path, user: "me", fallback: nil)
    #expect(try await source.current() == .bearer("one"))
    try folder.write("token", "two\n")
    #expect(try await source.current() == .bearer("one"))
    await source.refused(.bearer("zero"))
    #expect(try await source.current() == .bearer("one"))
    await source.refused(.bearer("one"))
    #expect(try await source.current() == .bearer("two"))

    let quick = TokenFileSource(path: path, user: "me", fallback: nil, lifetime: .zero)
    #expect(try await quick.current() == .bearer("two"))
    try folder.write("token", "three")
    #expect(try await quick.current() == .bearer("three"))
    try folder.write("token", "\n")
    #expect(try await quick.current() == .bearer("three"))
  }

  @Test func aKubeconfigThatIsWrittenAnewIsReadAnewAfterARefusal() async throws {
    let folder = try TemporaryFolder()
    func write(_ user: String, server: String = "https://a") throws -> String {
      try folder.write(
        "config",
        """
        current-context: c
        contexts: [{name: c, context: {cluster: k, user: u}}]
        clusters: [{name: k, cluster: {server: "\(server)"}}]
        users: [{name: u, user: {\(user)}}]
        """)
    }
    func certificate(_ name: String) -> String {
      "client-certificate-data: \(Base64.encode(Array("-----BEGIN \(name)-----".utf8))), "
        + "client-key-data: \(Base64.encode(Array("-----BEGIN KEY-----".utf8)))"
    }
    let path = try write("token: one")
    let credentials = try APIServerConnection.load(.init(explicitPath: path)).credentials
    _ = try write("token: two")
    #expect(try await credentials.current() == .bearer("one"))
    await credentials.refused(.bearer("zero"))
    #expect(try await credentials.current() == .bearer("one"))
    await credentials.refused(.bearer("one"))
    #expect(try await credentials.current() == .bearer("two"))

    for unusable in ["token: [", "token: three, username: me"] {
      _ = try write(unusable)
      await credentials.refused(.bearer("two"))
      #expect(try await credentials.current() == .bearer("two"))
    }
    _ = try write("token: of another server", server: "https://b")
    await credentials.refused(.bearer("two"))
    #expect(try await credentials.current() == .bearer("two"))

    _ = try write(certificate("NEW"))
    await credentials.refused(.bearer("two"))
    let identity = try await credentials.current().identity
    #expect(identity?.certificate == Array("-----BEGIN NEW-----".utf8))
  }

  @Test func aKubeconfigThatNamesAnotherFileNowIsReadAnewWhenTheFormerIsGone() async throws {
    let folder = try TemporaryFolder()
    func write(_ file: String) throws -> String {
      try folder.write(
        "config",
        """
        current-context: c
        contexts: [{name: c, context: {cluster: k, user: u}}]
        clusters: [{name: k, cluster: {server: "https://a"}}]
        users: [{name: u, user: {tokenFile: \(file)}}]
        """)
    }
    let credentials = try APIServerConnection.load(.init(explicitPath: try write("gone"))).credentials
    await #expect(throws: KubernetesError.self) { try await credentials.current() }
    try folder.write("token", "new")
    _ = try write("token")
    #expect(try await credentials.current() == .bearer("new"))
  }

  /// The connection shows the certificate of its start by itself.
  @Test func aCertificateThatIsWrittenAnewGoesWithEachRequest() async throws {
    let folder = try TemporaryFolder()
    func write(_ name: String) throws -> String {
      for file in ["crt", "key"] { try folder.write(file, "-----BEGIN \(name)-----") }
      return try folder.write(
        "config",
        """
        current-context: c
        contexts: [{name: c, context: {cluster: k, user: u}}]
        clusters: [{name: k, cluster: {server: "https://a"}}]
        users: [{name: u, user: {client-certificate: crt, client-key: key}}]
        """)
    }
    let credentials = try APIServerConnection.load(.init(explicitPath: try write("OLD"))).credentials
    #expect(try await credentials.current() == .none)
    _ = try write("NEW")
    await credentials.refused(.none)
    #expect(try await credentials.current().identity?.certificate == Array("-----BEGIN NEW-----".utf8))
  }

  @Test func namesATokenFileThatIsNotThere() async throws {
    let source = TokenFileSource(path: "/nonexistent/token", user: "me", fallback: nil)
    await #expect(
      throws: KubernetesError.credentials(user: "me", reason: "/nonexistent/token is not there")
    ) { try await source.current() }
    let other = TokenFileSource(path: "/nonexistent/token", user: "me", fallback: "spare")
    #expect(try await other.current() == .bearer("spare"))
  }
}
