import LoopbackServer
import Testing

@testable import KubernetesClient

/// A WebSocket server for one connection.
private struct Peer {
  let connection: Connection

  /// The opcode and payload of the client's next frame; `nil` when it has gone.
  func read() -> (UInt8, [UInt8])? {
    guard let first = connection.readByte(), let second = connection.readByte() else { return nil }
    var count = Int(second & 0x7F)
    if count == 126 { count = bytes(2).reduce(0) { $0 << 8 | Int($1) } }
    let mask = bytes(4)
    guard second & 0x80 != 0, mask.count == 4 else { return nil }
    return (first & 0x0F, bytes(count).enumerated().map { $0.element ^ mask[$0.offset & 3] })
  }

  func send(_ channel: UInt8, _ text: String) {
    connection.write(serverFrame(2, [channel] + Array(text.utf8)))
  }

  private func bytes(_ count: Int) -> [UInt8] { (0..<count).compactMap { _ in connection.readByte() } }
}

private func accepting(
  _ version: String = "v5.channel.k8s.io", _ serve: @escaping @Sendable (Peer) -> Void
) -> LoopbackAPI.Answer {
  { connection, request in
    let accept = WebSocketHandshake.acceptance(of: request.field("sec-websocket-key") ?? "")
    connection.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: \(accept)\r\nSec-WebSocket-Protocol: \(version)\r\n\r\n")
    serve(Peer(connection: connection))
  }
}

private func all(_ session: RemoteSession) async throws -> [RemoteSession.Output] {
  var outputs: [RemoteSession.Output] = []
  while let output = try await session.next() { outputs.append(output) }
  return outputs
}

@Suite("Exec and attach", .timeLimit(.minutes(3)))
struct RemoteSessionTests {
  @Test("A command's output, errors and exit code are read; what it is asked is said in the query")
  func runs() async throws {
    let server = try LoopbackAPI([
      accepting { peer in
        for channel: UInt8 in [0, 1, 2, 3] { peer.send(channel == 0 ? 1 : channel, "") }
        peer.send(1, "out")
        peer.connection.write(serverFrame(9, [7]))
        peer.send(2, "err")
        peer.send(
          3,
          #"{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}"#
        )
        peer.connection.waitForClose()
      }
    ])
    let session = try await server.api().exec(["sh", "-c", "a b"], in: "p", namespace: "n", .init(container: "c"))
    #expect(
      try await all(session) == [.output(Array("out".utf8)), .errorOutput(Array("err".utf8)), .ended(.exited(3))])
    #expect(
      server.requests[0].line
        == "GET /api/v1/namespaces/n/pods/p/exec?command=sh&command=-c&command=a%20b&stdout=true&stderr=true&container=c"
        + " HTTP/1.1")
  }

  @Test("Input, sizes and the end of input arrive in order, large input in pieces")
  func writes() async throws {
    let server = try LoopbackAPI([
      accepting { peer in
        var seen: [String] = []
        while let (_, payload) = peer.read() {
          seen.append(
            "\(payload.first ?? 0):\(payload.count > 100 ? "\(payload.count - 1)" : String(decoding: payload.dropFirst(), as: UTF8.self))"
          )
          if payload == [255, 0] { break }
        }
        peer.send(1, seen.joined(separator: " ").replacing("\0", with: "end"))
        peer.send(3, #"{"status":"Success"}"#)
        peer.connection.waitForClose()
      }
    ])
    let session = try await server.api().attach(to: "p", namespace: "n", .init(hasInput: true, isTerminal: true))
    try await session.resize(columns: 80, rows: 24)
    try await session.write(Array("hi".utf8))
    try await session.write([UInt8](repeating: 0x78, count: 40_000))
    #expect(try await session.endInput())
    #expect(
      try await all(session) == [
        .output(Array(#"4:{"Width":80,"Height":24} 0:hi 0:32768 0:7232 255:end"#.utf8)), .ended(.exited(0)),
      ])
    #expect(server.requests[0].query == ["stdout": "true", "stderr": "false", "stdin": "true", "tty": "true"])
    #expect(server.requests[0].field("accept") == "*/*")
  }

  @Test("An older server cannot end the input alone, and says so")
  func oldServer() async throws {
    let server = try LoopbackAPI([accepting("v4.channel.k8s.io") { $0.connection.waitForClose() }])
    let session = try await server.api().exec(["cat"], in: "p", namespace: "n", .init(hasInput: true))
    #expect(try await session.endInput() == false)
    await session.close()
    #expect(try await session.next() == nil)
  }

  @Test("A connection that breaks before the end is an error, not an exit", arguments: [true, false])
  func breaks(closesProperly: Bool) async throws {
    let server = try LoopbackAPI([
      accepting { peer in
        peer.send(1, "out")
        if closesProperly { peer.connection.write(serverFrame(8, [3, 0xE8])) }
        shutdownBothWays(peer.connection)
      }
    ])
    let session = try await server.api().exec(["x"], in: "p", namespace: "n")
    #expect(try await session.next() == .output(Array("out".utf8)))
    await #expect(throws: KubernetesError.self) { _ = try await session.next() }
    #expect(try await session.next() == nil)
  }

  @Test("A refusal is told in the API server's words, with verb, object and user")
  func refused() async throws {
    let message =
      #"pods \"p\" is forbidden: User \"alice\" cannot create resource \"pods/exec\" in API group \"\" in the namespace \"n\""#
    let server = try LoopbackAPI([
      LoopbackAPI.reply(
        "403 Forbidden", #"{"kind":"Status","code":403,"reason":"Forbidden","message":"\#(message)"}"#)
    ])
    await #expect {
      _ = try await server.api().exec(["x"], in: "p", namespace: "n")
    } throws: { error in
      "\(error)" == "alice may not create pods/exec p in n."
    }
  }

  @Test("An answer to another handshake, or in another protocol, is refused")
  func wrongHandshake() async throws {
    let server = try LoopbackAPI([
      { connection, _ in
        connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        connection.waitForClose()
      },
      accepting("channel.k8s.io") { $0.connection.waitForClose() },
    ])
    let api = try server.api()
    for _ in 0..<2 {
      await #expect(throws: KubernetesError.self) { _ = try await api.exec(["x"], in: "p", namespace: "n") }
    }
  }
}
