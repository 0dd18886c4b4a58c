import Testing

@testable import HTTPTransport

@Suite struct TLSTests {
  @Test func trustsTheAuthorityItIsGivenAndShowsItsOwnCertificate() async throws {
    let server = try await TLSServer.start()
    let url = "https://127.0.0.1:\(server.port)/"
    let trusting = HTTPTransportConfiguration.TLS(authorities: server.authority)
    let anonymous = try await HTTPTransport(.init(tls: trusting)).send(HTTPRequest("GET", url))
    #expect(String(decoding: anonymous.body, as: UTF8.self) == "nobody")

    var known = trusting
    known.identity = TLSIdentity(certificate: server.clientCertificate, key: server.clientKey)
    let named = try await HTTPTransport(.init(tls: known)).send(HTTPRequest("GET", url))
    #expect(String(decoding: named.body, as: UTF8.self) == "client")
  }

  @Test func refusesAnUnknownAuthorityUnlessToldNotToCare() async throws {
    let server = try await TLSServer.start()
    let url = "https://127.0.0.1:\(server.port)/"
    do {
      _ = try await HTTPTransport().send(HTTPRequest("GET", url))
      Issue.record("it was trusted")
    } catch {
      guard case .untrusted(endpoint: "127.0.0.1:\(server.port)", _) = error else { throw error }
    }
    let careless = try HTTPTransport(.init(tls: .init(isInsecure: true)))
    #expect(try await careless.send(HTTPRequest("GET", url)).status == 200)
  }

  @Test func refusesACertificateThatIsNone() async throws {
    let garbage = HTTPTransportConfiguration.TLS(
      identity: TLSIdentity(certificate: Array("x".utf8), key: Array("y".utf8)))
    let server = try await TLSServer.start()
    do {
      _ = try await HTTPTransport(.init(tls: garbage)).send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/"))
      Issue.record("it was sent")
    } catch {
      guard case .untrusted = error else { throw error }
    }
  }
}
