import Glibc
import LoopbackServer
import Testing

@testable import HTTPTransport

@Suite struct UpgradeTests {
  private func request(_ url: String) -> HTTPRequest {
    HTTPRequest("GET", url, headers: ["Connection": "Upgrade", "Upgrade": "echo", "X-Empty": ""])
  }

  private func switched(_ upgrade: HTTPUpgrade) throws -> DuplexConnection {
    guard case .switched(let headers, let connection) = upgrade else {
      throw HTTPTransportError.protocolError(endpoint: "", reason: "\(upgrade)")
    }
    #expect(headers["Upgrade"] == "echo")
    return connection
  }

  private func read(_ connection: DuplexConnection, _ count: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, let piece = try await connection.read() { bytes += piece }
    return bytes
  }

  private static let acceptance = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"

  @Test func carriesBytesBothWaysAfterTheUpgrade() async throws {
    let server = try LoopbackServer { connection in
      guard let request = connection.readRequest() else { return }
      connection.write(Self.acceptance + request.line + "|" + (request.field("host") ?? ""))
      connection.echo()
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let connection = try switched(try await transport.upgrade(request("\(server.url)/a?b=c#d")))
    let greeting = "GET /a?b=c HTTP/1.1|127.0.0.1:\(server.port)"
    #expect(String(decoding: try await read(connection, greeting.utf8.count), as: UTF8.self) == greeting)
    let all = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let writing = Task {
      for start in stride(from: 0, to: all.count, by: 100_000) {
        try await connection.write(Array(all[start..<min(start + 100_000, all.count)]))
      }
    }
    #expect(try await read(connection, all.count) == all)
    try await writing.value
  }

  @Test func sendsWhatWasWrittenBeforeItCloses() async throws {
    let gone = Signal()
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write(Self.acceptance)
      if connection.readAll().count == 3 << 20 { gone.send() }
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let connection = try switched(try await transport.upgrade(request(server.url)))
    try await connection.write([UInt8](repeating: 1, count: 3 << 20))
    connection.close()
    await gone.wait()
    #expect(try await connection.read() == nil)
    await #expect(throws: HTTPTransportError.closedEarly(endpoint: "127.0.0.1:\(server.port)")) {
      try await connection.write([1])
    }
  }

  @Test(arguments: [
    "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nn\r\n1\r\no\r\n0\r\n\r\n",
  ])
  func tellsARefusalWhole(answer: String) async throws {
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      for byte in answer.utf8 { connection.write([byte]) }
      connection.waitForClose()
    }
    defer { server.stop() }
    guard case .answered(let response) = try await HTTPTransport().upgrade(request(server.url)) else {
      Issue.record("it was accepted")
      return
    }
    #expect(response.status == 403 && response.body == Array("no".utf8))
  }

  @Test func waitsWhileNobodyReads() async throws {
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write(Self.acceptance)
      for _ in 0..<64 { connection.write([UInt8](repeating: 7, count: 1 << 20)) }
    }
    defer { server.stop() }
    let transport = try HTTPTransport(.init(highWaterMark: 1 << 16))
    let connection = try switched(try await transport.upgrade(request(server.url)))
    var total = 0
    while let piece = try await connection.read() {
      #expect(piece.count <= 4 << 16)
      total += piece.count
    }
    #expect(total == 64 << 20)
  }

  @Test func failsAsRequestsDo() async throws {
    let silent = try LoopbackServer { $0.waitForClose() }
    defer { silent.stop() }
    let transport = try HTTPTransport(.init(totalTimeout: .milliseconds(200)))
    await #expect(throws: HTTPTransportError.timedOut(endpoint: "127.0.0.1:\(silent.port)", .total)) {
      _ = try await transport.upgrade(request(silent.url))
    }
    await #expect(throws: HTTPTransportError.unreachable(endpoint: "127.0.0.1:1", reason: "connection refused")) {
      _ = try await transport.upgrade(request("http://127.0.0.1:1/"))
    }
    let patient = try HTTPTransport()
    let task = Task { _ = try await patient.upgrade(request(silent.url)) }
    task.cancel()
    await #expect(throws: HTTPTransportError.cancelled) { try await task.value }
    patient.close()
    await #expect(throws: HTTPTransportError.closed) { _ = try await patient.upgrade(request(silent.url)) }
  }

  @Test func goesThroughTLSWithACertificateAndThroughAProxy() async throws {
    let server = try await TLSServer.start()
    let proxy = try ConnectProxy()
    defer { proxy.stop() }
    let tls = HTTPTransportConfiguration.TLS(
      authorities: server.authority,
      identity: .init(certificate: server.clientCertificate, key: server.clientKey))
    for proxied in [false, true] {
      let transport = try HTTPTransport(.init(tls: tls, proxy: proxied ? .url(proxy.url, exceptFor: "") : .none))
      let connection = try switched(try await transport.upgrade(request("https://127.0.0.1:\(server.port)/")))
      #expect(String(decoding: try await read(connection, 6), as: UTF8.self) == "client")
      let all = [UInt8](repeating: 9, count: 1 << 20)
      let writing = Task { try await connection.write(all) }
      #expect(try await read(connection, all.count) == all)
      try await writing.value
      connection.close()
    }
    #expect(proxy.targets == ["127.0.0.1:\(server.port)"])
  }
}
