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

  @Test func namesATokenFileThatIsNotThere() async throws {
    let source = TokenFileSource(path: "/nonexistent/token", user: "me", fallback: nil)
    await #expect(
      throws: KubernetesError.credentials(user: "me", reason: "/nonexistent/token is not there")
    ) { try await source.current() }
    let other = TokenFileSource(path: "/nonexistent/token", user: "me", fallback: "spare")
    #expect(try await other.current() == .bearer("spare"))
  }
}
