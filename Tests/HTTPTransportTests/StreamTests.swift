import Glibc
import LoopbackServer
import Synchronization
import Testing

@testable import HTTPTransport

@Suite struct StreamTests {
  @Test func readsLinesFromSplitChunks() async throws {
    let text = "one\n\nthree ✓\r\nrest"
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      for byte in Array(text.utf8) {
        for wire in "1\r\n".utf8 { connection.write([wire]) }
        connection.write([byte])
        connection.write("\r\n")
      }
      connection.write("0\r\n\r\n")
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let stream = try await transport.stream(HTTPRequest("GET", server.url))
    var framing = LineFraming()
    var lines: [String] = []
    for try await bytes in stream.body {
      for line in try framing.append(bytes) { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    #expect(lines == ["one", "", "three ✓"])
    #expect(framing.finish().map { String(decoding: $0, as: UTF8.self) } == "rest")
  }

  @Test func aSlowConsumerMakesThePeerWait() async throws {
    let total = 256 << 20
    let sent = Mutex<Int>(0)
    let blocked = Signal()
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
      let piece = [UInt8](repeating: 1, count: 1 << 16)
      for _ in 0..<(total >> 16) {
        var waiting = pollfd(fd: connection.descriptor, events: Int16(POLLOUT), revents: 0)
        // No room for a whole second: the client has stopped reading.
        if poll(&waiting, 1, 1000) == 0 { blocked.send() }
        guard connection.write(piece) else { return }
        sent.withLock { $0 += piece.count }
      }
    }
    defer { server.stop() }
    let transport = try HTTPTransport(.init(highWaterMark: 1 << 18))
    let stream = try await transport.stream(HTTPRequest("GET", server.url, idleTimeout: .milliseconds(500)))
    await blocked.wait()
    #expect(sent.withLock { $0 } < 64 << 20)
    var received = 0
    var largest = 0
    while let bytes = try await stream.body.next() {
      received += bytes.count
      largest = max(largest, bytes.count)
    }
    #expect(received == total)
    #expect(largest <= 1 << 19)
  }

  @Test(arguments: [200]) func manyStreamsRunAtATime(count: Int) async throws {
    let open = Mutex<Int>(0)
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      open.withLock { $0 += 1 }
      // Nobody says anything before all are there.
      while open.withLock({ $0 }) < count { usleep(1000) }
      for number in 0..<100 { connection.writeChunk("\(number)\n") }
      connection.write("0\r\n\r\n")
    }
    defer { server.stop() }
    let transport = try HTTPTransport()
    let expected = (0..<100).map { "\($0)\n" }.joined()
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<count {
        group.addTask {
          let stream = try await transport.stream(HTTPRequest("GET", server.url))
          var all: [UInt8] = []
          while let bytes = try await stream.body.next() { all += bytes }
          return String(decoding: all, as: UTF8.self)
        }
      }
      for try await text in group { #expect(text == expected) }
    }
  }
}
