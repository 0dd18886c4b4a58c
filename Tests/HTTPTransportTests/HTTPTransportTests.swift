import Glibc
import LoopbackServer
import Synchronization
import Testing

@testable import HTTPTransport

@Suite struct HTTPTransportTests {
  @Test func sendsWhatItIsGivenAndReadsTheAnswer() async throws {
    let server = try LoopbackServer { connection in
      while let request = connection.readRequest() {
        let echo = [
          request.line, request.field("x-mark") ?? "", "\(request.fields.contains { $0.hasPrefix("Expect") })",
        ]
        connection.respond(
          "201 Created", (echo + [String(decoding: request.body, as: UTF8.self)]).joined(separator: "|"))
      }
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let response = try await transport.send(
      HTTPRequest("PATCH", "\(server.url)/a?b=c", headers: ["X-Mark": "m"], body: Array("körper".utf8)))
    #expect(response.status == 201)
    #expect(response.headers["content-LENGTH"] != nil)
    #expect(String(decoding: response.body, as: UTF8.self) == "PATCH /a?b=c HTTP/1.1|m|false|körper")
  }

  @Test func sendsAnEmptyBodyAndHead() async throws {
    let server = try LoopbackServer { connection in
      while let request = connection.readRequest() {
        if request.line.hasPrefix("HEAD") {
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        } else {
          connection.respond("200 OK", request.field("content-length") ?? "none")
        }
      }
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let post = try await transport.send(HTTPRequest("POST", server.url, body: []))
    #expect(String(decoding: post.body, as: UTF8.self) == "0")
    let head = try await transport.send(HTTPRequest("HEAD", server.url))
    #expect(head.status == 200 && head.body.isEmpty)
  }

  @Test func keepsConnectionsAlive() async throws {
    let server = try LoopbackServer { connection in
      while connection.readRequest() != nil { connection.respond() }
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    for _ in 0..<20 { _ = try await transport.send(HTTPRequest("GET", server.url)) }
    #expect(server.connectionCount == 1)
  }

  @Test func followsNoRedirectAndPassesInterimHeads() async throws {
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
      connection.write("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
    }
    defer { server.stop() }
    let response = try await HTTPTransport().send(HTTPRequest("GET", server.url))
    #expect(response.status == 302)
    #expect(response.headers["link"] == nil)
  }

  @Test func readsAHugeBody() async throws {
    let size = 64 << 20
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      let piece = [UInt8](repeating: 7, count: 1 << 20)
      for _ in 0..<(size >> 20) { connection.write(piece) }
    }
    defer { server.stop() }
    let response = try await HTTPTransport().send(HTTPRequest("GET", server.url))
    #expect(response.body.count == size)
    #expect(response.body.allSatisfy { $0 == 7 })
  }

  @Test func refusesABodyThatIsTooLarge() async throws {
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\n\r\n")
      while connection.write([UInt8](repeating: 7, count: 1 << 16)) {}
    }
    defer { server.stop() }
    let transport = try HTTPTransport(.init(maximumBodySize: 1_000_000))
    await #expect(
      throws: HTTPTransportError.bodyTooLarge(endpoint: "127.0.0.1:\(server.port)", limit: 1_000_000)
    ) {
      try await transport.send(HTTPRequest("GET", server.url))
    }
  }

  @Test func refusesWhatWouldBreakTheHead() async throws {
    let transport = try HTTPTransport()
    for request in [
      HTTPRequest("GET X", "http://localhost"), HTTPRequest("GET", "http://localhost/ a"),
      HTTPRequest("GET", "http://localhost", headers: ["A": "b\r\nC: d"]),
      HTTPRequest("GET", "http://localhost", headers: ["A:": "b"]),
      HTTPRequest("GET", "file:///etc/passwd"), HTTPRequest("GET", "nonsense://x"),
    ] {
      do {
        _ = try await transport.send(request)
        Issue.record("it was sent")
      } catch {
        guard case .invalidRequest = error else {
          Issue.record(error)
          continue
        }
      }
    }
  }
}
