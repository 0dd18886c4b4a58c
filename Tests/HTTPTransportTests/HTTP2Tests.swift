import LoopbackServer
import Synchronization
import Testing

@testable import HTTPTransport

@Suite struct HTTP2Tests {
  private func transport(_ nginx: NginxServer, serverName: String? = nil) throws -> HTTPTransport {
    try HTTPTransport(
      .init(
        unixSocketPath: nginx.socketPath, tls: .init(authorities: nginx.authority, serverName: serverName),
        highWaterMark: 64 << 10))
  }

  @Test func twoHundredStreamsShareAConnection() async throws {
    let count = 200
    let open = Mutex(0)
    let backend = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      connection.writeChunk("hello\n")
      open.withLock { $0 += 1 }
      connection.waitForClose()
    }
    defer { backend.stop() }
    let nginx = try await NginxServer(backend: backend.port)
    let transport = try transport(nginx)
    let streams = try await withThrowingTaskGroup(of: HTTPStream.self) { group in
      for number in 0..<count {
        group.addTask { try await transport.stream(HTTPRequest("GET", "https://kubernetes/\(number)")) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for stream in streams { #expect(try await stream.body.next() == Array("hello\n".utf8)) }
    #expect(open.withLock { $0 } == count)
    #expect(Set(streams.map { $0.headers["x-connection"] }).count == 1)
    withExtendedLifetime(nginx) {}
  }

  @Test func aStreamThatNobodyReadsHoldsUpNoOther() async throws {
    let backend = try LoopbackServer { connection in
      while let request = connection.readRequest() {
        guard request.line.contains("/flood") else {
          connection.respond("200 OK", "small")
          continue
        }
        connection.write("HTTP/1.1 200 OK\r\n\r\n")
        while connection.write([UInt8](repeating: 7, count: 1 << 16)) {}
        return
      }
    }
    defer { backend.stop() }
    let nginx = try await NginxServer(backend: backend.port)
    let transport = try transport(nginx)
    let flood = try await transport.stream(HTTPRequest("GET", "https://kubernetes/flood"))
    #expect(try await flood.body.next() != nil)
    for _ in 0..<200 {
      let response = try await transport.send(HTTPRequest("GET", "https://kubernetes/small"))
      #expect(response.headers["x-connection"] == flood.headers["x-connection"])
      #expect(String(decoding: response.body, as: UTF8.self) == "small")
    }
    #expect(try await flood.body.next() != nil)
    withExtendedLifetime(nginx) {}
  }

  /// The server would go on sending to nobody, and a watch costs it memory for minutes.
  @Test(.timeLimit(.minutes(1)), arguments: [0, 1, 50])
  func aStreamThatIsLetGoOfEndsAtTheServer(beside others: Int) async throws {
    let ended = Mutex<[String]>([])
    let backend = try LoopbackServer { connection in
      guard let request = connection.readRequest() else { return }
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      connection.writeChunk("hello\n")
      connection.waitForClose()
      ended.withLock { $0.append(request.line) }
    }
    defer { backend.stop() }
    let nginx = try await NginxServer(backend: backend.port)
    let transport = try transport(nginx)
    var streams: [HTTPStream] = []
    for number in 0..<others {
      streams.append(try await transport.stream(HTTPRequest("GET", "https://kubernetes/\(number)")))
    }
    let mine = try await transport.stream(HTTPRequest("GET", "https://kubernetes/mine"))
    #expect(try await mine.body.next() == Array("hello\n".utf8))
    mine.body.cancel()
    while ended.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(10)) }
    let next = try await transport.stream(HTTPRequest("GET", "https://kubernetes/next"))
    #expect(ended.withLock { $0 } == ["GET /mine HTTP/1.1"])
    #expect(Set((streams + [next]).map { $0.headers["x-connection"] }).count == 1)
    for stream in streams { #expect(try await stream.body.next() == Array("hello\n".utf8)) }
    withExtendedLifetime(nginx) {}
  }

  @Test func asksForAServerByAnotherNameThanItIsReachedBy() async throws {
    let backend = try LoopbackServer { connection in
      while connection.readRequest() != nil { connection.respond() }
    }
    defer { backend.stop() }
    let nginx = try await NginxServer(backend: backend.port)
    let named = try await transport(nginx, serverName: "kubernetes").send(HTTPRequest("GET", "https://10.0.0.1:6443/"))
    #expect(named.headers["x-name"] == "kubernetes")
    #expect(named.headers["x-host"] == "10.0.0.1:6443")
    let unnamed = try transport(nginx)
    do {
      _ = try await unnamed.send(HTTPRequest("GET", "https://10.0.0.1:6443/"))
      Issue.record("it was trusted")
    } catch {
      guard case .untrusted = error else { throw error }
    }
  }
}
