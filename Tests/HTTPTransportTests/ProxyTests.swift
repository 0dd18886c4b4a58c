import LoopbackServer
import Testing

@testable import HTTPTransport

@Suite struct ProxyTests {
  @Test func tunnelsToAServerAndLeavesExceptionsAlone() async throws {
    let server = try await TLSServer.start()
    let proxy = try ConnectProxy()
    defer { proxy.stop() }
    let request = HTTPRequest("GET", "https://127.0.0.1:\(server.port)/")
    let tls = HTTPTransportConfiguration.TLS(authorities: server.authority)
    for exceptions in ["", "127.0.0.0/8", "example.org,127.0.0.1"] {
      let transport = try HTTPTransport(.init(tls: tls, proxy: .url(proxy.url, exceptFor: exceptions)))
      #expect(try await transport.send(request).status == 200)
    }
    #expect(proxy.targets == ["127.0.0.1:\(server.port)"])
  }

  @Test func namesAProxyThatRefuses() async throws {
    let proxy = try LoopbackServer { connection in
      _ = connection.readRequest()
      connection.respond("403 Forbidden", "secret")
    }
    defer { proxy.stop() }
    let transport = try HTTPTransport(.init(proxy: .url(proxy.url, exceptFor: "")))
    do {
      _ = try await transport.send(HTTPRequest("GET", "https://example.invalid/"))
      Issue.record("it was sent")
    } catch {
      #expect(!error.description.contains("secret"))
    }
  }

  @Test(arguments: [
    ("http://localhost:1", true), ("https://127.1.2.3/", true), ("https://[::1]:6443/x", true),
    ("https://127.example.org", false), ("https://10.0.0.1", false),
  ])
  func knowsThisMachine(url: String, isForThisMachine: Bool) {
    #expect(HTTPRequest("GET", url).isForThisMachine == isForThisMachine)
  }
}
