import HTTPTransport
import Testing

@testable import KubernetesClient

/// As a server sends it.
func serverFrame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
  var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
  switch payload.count {
  case ..<126: bytes.append(UInt8(payload.count))
  case ..<65_536: bytes += [126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
  default: bytes += [127, 0, 0, 0, 0] + [24, 16, 8, 0].map { UInt8(payload.count >> $0 & 255) }
  }
  return bytes + payload
}

@Suite("WebSocket")
struct WebSocketTests {
  @Test(
    "SHA-1 of the standard's examples",
    arguments: [
      ("", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="), ("abc", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
      ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "hJg+RBw70m66rkqh+VEp5eVGcPE="),
      (String(repeating: "a", count: 1_000_000), "NKqXPNTE2qT2Husr260nMWU0AW8="),
    ])
  func hashes(message: String, digest: String) {
    #expect(Base64.encode(SHA1.digest(Array(message.utf8))) == digest)
  }

  @Test("The handshake of the standard is accepted, and only it")
  func handshake() throws {
    let handshake = WebSocketHandshake(protocols: ["b", "a"], key: "dGhlIHNhbXBsZSBub25jZQ==")
    let answer: HTTPHeaders = [
      "upgrade": "WebSocket", "sec-websocket-accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Protocol": "a",
    ]
    #expect(try handshake.accepted(answer) == "a")
    #expect(handshake.headers["Sec-WebSocket-Protocol"] == "b, a")
    for index in answer.fields.indices {
      var wrong = answer
      wrong.fields[index].value = "c"
      #expect(throws: WebSocketViolation.self) { try handshake.accepted(wrong) }
      wrong.fields.remove(at: index)
      #expect(throws: WebSocketViolation.self) { try handshake.accepted(wrong) }
    }
    #expect(WebSocketHandshake(protocols: []).key != WebSocketHandshake(protocols: []).key)
    #expect(WebSocketHandshake(protocols: []).key.count == 24)
  }

  @Test("Frames split at every byte are the same messages")
  func splitAnywhere() throws {
    let long = [UInt8](repeating: 7, count: 300)
    let stream =
      serverFrame(2, [1, 2]) + serverFrame(2, [3], isFinal: false) + serverFrame(9, [9]) + serverFrame(0, [4])
      + serverFrame(2, long) + serverFrame(10, []) + serverFrame(1, []) + serverFrame(8, [3, 0xE8] + Array("bye".utf8))
    let items: [WebSocketReader.Item] = [
      .message([1, 2]), .ping([9]), .message([3, 4]), .message(long), .pong, .message([]),
      .close(code: 1000, reason: "bye"),
    ]
    for cut in 0...stream.count {
      var reader = WebSocketReader()
      let parts = try [stream[..<cut], stream[cut...]].flatMap { try reader.append(Array($0)) }
      #expect(parts == items, "cut at \(cut)")
    }
    var reader = WebSocketReader()
    #expect(try stream.flatMap { try reader.append([$0]) } == items)
  }

  @Test("Lengths on both sides of each form's limit are read", arguments: [125, 126, 65_535, 65_536, 100_000])
  func lengths(count: Int) throws {
    var reader = WebSocketReader()
    let payload = (0..<count).map { UInt8($0 & 255) }
    #expect(try reader.append(serverFrame(2, payload)) == [.message(payload)])
  }

  @Test(
    "What breaks the protocol is refused",
    arguments: [
      [0x82, 0x80, 0, 0, 0, 0], [0xC2, 0], [0x83, 0], [0x80, 0], [0x09, 0], [0x89, 126, 0, 126],
      [0x02, 0, 0x82, 0], [0x82, 127, 0xFF, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func violations(bytes: [UInt8]) {
    var reader = WebSocketReader()
    #expect(throws: WebSocketViolation.self) { try reader.append(bytes) }
  }

  @Test("A message in too many parts is refused")
  func endlessMessage() throws {
    var reader = WebSocketReader(maximumMessage: 10)
    _ = try reader.append(serverFrame(2, [UInt8](repeating: 0, count: 9), isFinal: false))
    #expect(throws: WebSocketViolation.self) { try reader.append(serverFrame(0, [0, 0], isFinal: false)) }
  }

  @Test("What a client sends is masked and says its length in the shortest form")
  func encodes() {
    let frame = WebSocketFrame(opcode: .text, payload: Array("Hello".utf8))
    #expect(
      frame.encoded(mask: (0x37, 0xFA, 0x21, 0x3D))
        == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    func head(_ count: Int) -> [UInt8] {
      Array(WebSocketFrame(opcode: .binary, payload: [UInt8](repeating: 0, count: count)).encoded().prefix(10))
    }
    #expect(head(125).prefix(2) == [0x82, 0xFD])
    #expect(head(126).prefix(4) == [0x82, 0xFE, 0, 126])
    #expect(head(65_536) == [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0])
  }
}

@Suite("Exec protocol")
struct RemoteCommandProtocolTests {
  private func read(_ channel: UInt8, _ text: String) throws -> RemoteCommandProtocol.Received? {
    try RemoteCommandProtocol.read([channel] + Array(text.utf8))
  }

  @Test("Channels are told apart, and what opens or ends them tells nothing")
  func channels() throws {
    #expect(try read(1, "out") == .output(Array("out".utf8)))
    #expect(try read(2, "err") == .errorOutput(Array("err".utf8)))
    for channel: UInt8 in [1, 2, 3] { #expect(try read(channel, "") == nil) }
    #expect(try RemoteCommandProtocol.read([255, 1]) == nil)
    #expect(try RemoteCommandProtocol.read([]) == nil)
    #expect(throws: WebSocketViolation.self) { try read(0, "x") }
    #expect(throws: WebSocketViolation.self) { try read(9, "x") }
  }

  @Test("The end of a command is its exit code, or the node's words")
  func outcomes() throws {
    #expect(try read(3, #"{"metadata":{},"status":"Success"}"#) == .ended(.exited(0)))
    #expect(
      try read(
        3,
        #"{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code","#
          + #""reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"137"}]}}"#)
        == .ended(.exited(137)))
    #expect(
      try read(3, #"{"status":"Failure","message":"no such file","reason":"InternalError","code":500}"#)
        == .ended(.failed("no such file")))
    #expect(throws: WebSocketViolation.self) { try read(3, "gone") }
    #expect(throws: WebSocketViolation.self) { try read(3, "{}") }
  }

  @Test("Input, sizes and the end of input are written as the protocol has them")
  func writes() {
    #expect(RemoteCommandProtocol.input([5, 6]) == [0, 5, 6])
    #expect(RemoteCommandProtocol.size(columns: 120, rows: 40) == [4] + Array(#"{"Width":120,"Height":40}"#.utf8))
    #expect(RemoteCommandProtocol.endOfInput == [255, 0])
    #expect(RemoteCommandProtocol.offered == ["v5.channel.k8s.io", "v4.channel.k8s.io"])
  }
}
