import Glibc
import LoopbackServer
import Testing

@testable import HTTPTransport

@Suite struct FailureTests {
  @Test func namesARefusedConnection() async throws {
    let server = try LoopbackServer { _ in }
    server.stop()
    let port = server.port
    let transport = try HTTPTransport()
    // The port is closed as soon as the listener's thread has seen its end.
    var failure: HTTPTransportError?
    while true {
      do { _ = try await transport.send(HTTPRequest("GET", "http://user:secret@127.0.0.1:\(port)/x")) } catch {
        failure = error
        if case .unreachable = error { break }
      }
    }
    #expect(failure == .unreachable(endpoint: "127.0.0.1:\(port)", reason: "connection refused"))
    #expect(failure?.description.contains("secret") == false)
  }

  @Test func noticesAServerThatClosesMidBody() async throws {
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let stream = try await transport.stream(HTTPRequest("GET", server.url))
    var read: [UInt8] = []
    await #expect(throws: HTTPTransportError.closedEarly(endpoint: "127.0.0.1:\(server.port)")) {
      while let bytes = try await stream.body.next() { read += bytes }
    }
    #expect(String(decoding: read, as: UTF8.self) == "half")
  }

  @Test func noticesAServerThatSaysNothing() async throws {
    let server = try LoopbackServer { connection in _ = connection.readRequest() }
    defer { server.stop() }
    let transport = try HTTPTransport()
    await #expect(throws: HTTPTransportError.closedEarly(endpoint: "127.0.0.1:\(server.port)")) {
      try await transport.send(HTTPRequest("GET", server.url))
    }
  }

  @Test func noticesAServerThatSpeaksSomethingElse() async throws {
    let server = try LoopbackServer { connection in
      _ = connection.readRequest()
      connection.write("SSH-2.0-nothing\r\n")
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    do {
      _ = try await transport.send(HTTPRequest("GET", server.url))
      Issue.record("it answered")
    } catch {
      guard case .protocolError = error else { throw error }
    }
  }

  @Test func endsAPlainRequestInTime() async throws {
    let server = try LoopbackServer { $0.waitForClose() }
    defer { server.stop() }
    let transport = try HTTPTransport()
    await #expect(throws: HTTPTransportError.timedOut(endpoint: "127.0.0.1:\(server.port)", .total)) {
      try await transport.send(HTTPRequest("GET", server.url, totalTimeout: .milliseconds(200)))
    }
  }

  @Test func endsAStreamThatFellSilentButNotOneThatTicks() async throws {
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      for _ in 0..<10 {
        usleep(150_000)
        connection.writeChunk("\n")
      }
      connection.waitForClose()
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let stream = try await transport.stream(HTTPRequest("GET", server.url, idleTimeout: .seconds(1)))
    var ticks = 0
    await #expect(throws: HTTPTransportError.timedOut(endpoint: "127.0.0.1:\(server.port)", .idle)) {
      while let bytes = try await stream.body.next() { ticks += bytes.count }
    }
    #expect(ticks == 10)
  }

  @Test func aCancelledTaskEndsItsRequest() async throws {
    let arrived = Signal()
    let gone = Signal()
    let server = try LoopbackServer { connection in
      _ = connection.readRequest()
      arrived.send()
      connection.waitForClose()
      gone.send()
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let task = Task { try await transport.send(HTTPRequest("GET", server.url)) }
    await arrived.wait()
    task.cancel()
    await #expect(throws: HTTPTransportError.cancelled) { try await task.value }
    await gone.wait()
  }

  @Test func aStreamThatIsLetGoEnds() async throws {
    let gone = Signal()
    let server = try LoopbackServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      connection.waitForClose()
      gone.send()
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    _ = try await transport.stream(HTTPRequest("GET", server.url))
    await gone.wait()
    transport.close()
  }

  @Test func closingEndsEverything() async throws {
    let arrived = Signal()
    let server = try LoopbackServer { connection in
      _ = connection.readRequest()
      arrived.send()
      connection.waitForClose()
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let task = Task { try await transport.send(HTTPRequest("GET", server.url)) }
    await arrived.wait()
    transport.close()
    await #expect(throws: HTTPTransportError.closed) { try await task.value }
    await #expect(throws: HTTPTransportError.closed) { try await transport.send(HTTPRequest("GET", server.url)) }
  }
}
