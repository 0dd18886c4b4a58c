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
      guard case .untrusted(endpoint: "127.0.0.1:\(server.port)", let reason) = error else { throw error }
      #expect(reason == "its certificate is self-signed, and not among those to trust")
    }
    let careless = try HTTPTransport(.init(tls: .init(isInsecure: true)))
    #expect(try await careless.send(HTTPRequest("GET", url)).status == 200)
  }

  @Test(arguments: [
    (TLSServer.Validity.past, "its certificate has expired"),
    (.future, "its certificate is not valid yet; is the clock of this machine right?"),
  ])
  func saysThatACertificateDoesNotHoldNow(_ validity: TLSServer.Validity, _ words: String) async throws {
    let server = try await TLSServer.start(validity: validity)
    let trusting = try HTTPTransport(.init(tls: .init(authorities: server.authority)))
    do {
      _ = try await trusting.send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/"))
      Issue.record("it was trusted")
    } catch {
      guard case .untrusted(_, let reason) = error else { throw error }
      #expect(reason == words)
    }
  }

  @Test func looksForAnotherNameThanItConnectsTo() async throws {
    let server = try await TLSServer.start()
    let request = HTTPRequest("GET", "https://127.0.0.1:\(server.port)/")
    // Nobody can resolve it: the connection goes where the URL says.
    let named = HTTPTransportConfiguration.TLS(authorities: server.authority, serverName: "paddock.invalid")
    #expect(try await HTTPTransport(.init(tls: named)).send(request).status == 200)
    let wrong = try HTTPTransport(.init(tls: .init(authorities: server.authority, serverName: "other.invalid")))
    do {
      _ = try await wrong.send(request)
      Issue.record("it was trusted")
    } catch {
      guard case .untrusted(endpoint: "127.0.0.1:\(server.port)", let reason) = error else { throw error }
      #expect(reason == "its certificate is for another name")
    }
  }

  @Test func showsEveryRequestsOwnCertificate() async throws {
    let server = try await TLSServer.start()
    let transport = try HTTPTransport(.init(tls: .init(authorities: server.authority)))
    var request = HTTPRequest("GET", "https://127.0.0.1:\(server.port)/")
    for name in ["nobody", "client", "nobody", "client"] {
      let isNamed = name == "client"
      request.identity = isNamed ? TLSIdentity(certificate: server.clientCertificate, key: server.clientKey) : nil
      #expect(String(decoding: try await transport.send(request).body, as: UTF8.self) == name)
    }
  }

  @Test func refusesACertificateThatIsNone() async throws {
    let garbage = HTTPTransportConfiguration.TLS(
      identity: TLSIdentity(certificate: Array("x".utf8), key: Array("y".utf8)))
    let server = try await TLSServer.start()
    do {
      _ = try await HTTPTransport(.init(tls: garbage)).send(HTTPRequest("GET", "https://127.0.0.1:\(server.port)/"))
      Issue.record("it was sent")
    } catch {
      guard case .untrusted(_, let reason) = error else { throw error }
      #expect(reason == "the certificate or key of this side cannot be used")
    }
  }
}
