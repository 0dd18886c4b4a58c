import ControlCore
import ControlModel
import CoreEndpoint
import CrowdSupport
import HTTPService
import HTTPTransport
import Testing

/// Over a real socket.
@Suite struct CoreEndpointTests {
  private static func serving(
    _ pages: CorePages, _ body: (String, HTTPTransport) async throws -> Void
  ) async throws {
    let endpoint = try await CoreEndpoint.listen(on: ListenAddress("127.0.0.1:0")) { pages.answer($0) }
    let task = Task { try await endpoint.run() }
    defer { task.cancel() }
    let port = try #require(endpoint.port)
    try await body("http://127.0.0.1:\(port)", try HTTPTransport(HTTPTransportConfiguration()))
  }

  private static var pages: CorePages { CorePages(meter: CoreMeter(), version: "1.2.3", engine: "kubernetes") }

  @Test func aCoreWhoseLoopComesRoundLives() async throws {
    try await Self.serving(Self.pages) { address, transport in
      let answer = try await transport.send(HTTPRequest("GET", address + "/healthz"))
      #expect(answer.status == 200)
    }
  }

  @Test func aCoreWhoseLoopStandsStillDoesNotLive() async throws {
    var pages = Self.pages
    pages.patience = .zero
    try await Self.serving(pages) { address, transport in
      let answer = try await transport.send(HTTPRequest("GET", address + "/healthz"))
      #expect(answer.status == 503)
      #expect(String(decoding: answer.body, as: UTF8.self).contains("has not come round"))
    }
  }

  @Test func numbersComeAsPrometheusReadsThem() async throws {
    try await Self.serving(Self.pages) { address, transport in
      let answer = try await transport.send(HTTPRequest("GET", address + "/metrics?x=1"))
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == MetricText.contentType)
      let text = String(decoding: answer.body, as: UTF8.self)
      #expect(text.contains("\npaddock_core_info{version=\"1.2.3\",engine=\"kubernetes\"} 1\n"))
      #expect(text.contains("\npaddock_core_sessions{state=\"working\"} 0\n"))
    }
  }

  @Test func nothingElseIsServed() async throws {
    try await Self.serving(Self.pages) { address, transport in
      let other = try await transport.send(HTTPRequest("GET", address + "/"))
      #expect(other.status == 404)
      let writing = try await transport.send(HTTPRequest("POST", address + "/metrics"))
      #expect(writing.status == 405)
    }
  }

  @Test func aCrowdThatSaysNothingDoesNotMakeItSeemDead() async throws {
    let pages = Self.pages
    let endpoint = try await CoreEndpoint.listen(on: ListenAddress("127.0.0.1:0")) { pages.answer($0) }
    let task = Task { try await endpoint.run() }
    defer { task.cancel() }
    let door = Door.port(try #require(endpoint.port))
    let crowd = try await Crowd(2_000, at: door)
    crowd.say("GET /healthz HTTP/1.1\r\nx: y")
    let answer = try await Crowd.ask(door, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", seconds: 5)
    #expect(answer?.hasPrefix("HTTP/1.1 200") == true)
    while crowd.open > CoreEndpoint.bounds.strangers { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test func aPortThatIsTakenIsNamed() async throws {
    let pages = Self.pages
    let first = try await CoreEndpoint.listen(on: ListenAddress("127.0.0.1:0")) { pages.answer($0) }
    let port = try #require(first.port)
    await #expect {
      _ = try await CoreEndpoint.listen(on: ListenAddress("127.0.0.1:\(port)")) { pages.answer($0) }
    } throws: { ($0 as? ControlFailure)?.summary.contains("port \(port)") == true }
    let task = Task { try await first.run() }
    task.cancel()
    _ = try? await task.value
  }

  @Test(arguments: ["", "9464", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", "::1:80", "example.org:80"])
  func anAddressThatCannotBeListenedOnIsRefused(_ text: String) {
    #expect { try ListenAddress(text) } throws: { ($0 as? ControlFailure)?.code == .invalidArgument }
  }

  @Test(arguments: [("localhost:0", "127.0.0.1"), ("[::]:9464", "::"), ("0.0.0.0:1", "0.0.0.0")])
  func addressesAreReadAsPeopleWriteThem(_ text: String, _ host: String) throws {
    #expect(try ListenAddress(text).host == host)
  }
}
