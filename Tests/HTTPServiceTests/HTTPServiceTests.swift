import CrowdSupport
import HTTPService
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

/// Over real sockets. Who says `key: yes` is a guest.
@Suite(.serialized) struct HTTPServiceTests {
  private struct Responder: HTTPResponder {
    func knows(_ head: HTTPRequestHead) -> Bool { head.headers.first(name: "key") == "yes" }

    func answer(_ request: ServedRequest, on connection: ServedConnection) async throws -> Bool {
      if request.head.uri == "/stream" { return try await stream(on: connection) }
      let text = request.isStranger ? "stranger" : "guest with \(request.body.map { "\($0.count)" } ?? "no body")"
      let headers: HTTPHeaders = ["content-length": "\(text.utf8.count)"]
      let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
      try await connection.outbound.write(
        contentsOf: [.head(head), .body(.byteBuffer(ByteBuffer(string: text))), .end(nil)])
      return request.isKeptAlive
    }

    /// Until the peer leaves.
    private func stream(on connection: ServedConnection) async throws -> Bool {
      connection.beginStream()
      try await connection.outbound.write(.head(HTTPResponseHead(version: .http1_1, status: .ok)))
      while true {
        try await connection.outbound.write(.body(.byteBuffer(ByteBuffer(string: "tick\n"))))
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  private static func serving(_ bounds: ServiceBounds, _ body: (Door) async throws -> Void) async throws {
    let service = try await HTTPService.listen(
      at: .address(SocketAddress(ipAddress: "127.0.0.1", port: 0)), within: bounds,
      on: .singletonMultiThreadedEventLoopGroup)
    let task = Task { try await service.run(Responder()) }
    defer { task.cancel() }
    try await body(.port(try #require(service.port)))
  }

  /// Nothing but the bound that a test is about ends a connection.
  private static var patient: ServiceBounds {
    var bounds = ServiceBounds()
    (bounds.headSeconds, bounds.requestSeconds, bounds.idleSeconds) = (600, 600, 600)
    return bounds
  }

  private static let get = "GET / HTTP/1.1\r\nhost: x\r\n\r\n"
  private static let guest = "GET / HTTP/1.1\r\nhost: x\r\nkey: yes\r\n\r\n"
  private static let stream = "GET /stream HTTP/1.1\r\nhost: x\r\nkey: yes\r\n\r\n"

  private func eventually(_ what: String, _ body: () throws -> Bool) async throws {
    for _ in 0..<2_000 {
      if try body() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("It did not come to pass: \(what).")
  }

  @Test func twoThousandSilentConnectionsMakeNobodyWait() async throws {
    try await Self.serving(Self.patient) { door in
      let crowd = try await Crowd(2_000, at: door)
      // A debug build that shares its cores with the crowd and other tests.
      let stranger = try await Crowd.ask(door, Self.get, seconds: 5)
      #expect(stranger?.hasSuffix("stranger") == true)
      let guest = try await Crowd.ask(door, Self.guest, until: "guest", seconds: 5)
      #expect(guest?.contains("guest with 0") == true)
      try await eventually("the oldest have gone") { crowd.open <= ServiceBounds().strangers }
    }
  }

  @Test func aHeadThatComesTooSlowlyIsNotWaitedFor() async throws {
    var bounds = Self.patient
    bounds.headSeconds = 0.5
    try await Self.serving(bounds) { door in
      let crowd = try await Crowd(50, at: door)
      crowd.say("GET / HTTP/1.1\r\nhost: x\r\n")
      // One more header every now and then does not count.
      try await eventually("all are gone") {
        crowd.say("x: y\r\n")
        return crowd.open == 0
      }
    }
  }

  @Test func aBodyThatComesTooSlowlyIsNotWaitedFor() async throws {
    var bounds = Self.patient
    bounds.requestSeconds = 0.5
    try await Self.serving(bounds) { door in
      let crowd = try await Crowd(10, at: door)
      crowd.say("POST / HTTP/1.1\r\nhost: x\r\nkey: yes\r\ncontent-length: 10000\r\n\r\n")
      try await eventually("all are gone") {
        crowd.say("b")
        return crowd.open == 0
      }
    }
  }

  @Test func aGuestThatAsksNothingMoreIsLetGo() async throws {
    var bounds = Self.patient
    bounds.idleSeconds = 0.3
    try await Self.serving(bounds) { door in
      let crowd = try await Crowd(10, at: door)
      crowd.say(Self.guest)
      try await eventually("all are gone") { crowd.open == 0 }
    }
  }

  @Test func aStreamMayTakeLongerThanAnyRequest() async throws {
    var bounds = ServiceBounds()
    (bounds.headSeconds, bounds.requestSeconds, bounds.idleSeconds) = (0.2, 0.2, 0.2)
    try await Self.serving(bounds) { door in
      let stream = try await Crowd(1, at: door)
      stream.say(Self.stream)
      for _ in 0..<3 {
        let others = try await Crowd(1, at: door)
        others.say(Self.guest)
        try await eventually("the other one is let go") { others.open == 0 }
      }
      #expect(stream.open == 1)
    }
  }

  @Test func aNewGuestTakesThePlaceOfAnIdleOne() async throws {
    var bounds = Self.patient
    bounds.guests = 4
    try await Self.serving(bounds) { door in
      let stream = try await Crowd(1, at: door)
      stream.say(Self.stream)
      let crowd = try await Crowd(40, at: door)
      crowd.say(Self.guest)
      try await eventually("three idle ones are left") { crowd.open == 3 }
      #expect(stream.open == 1)
      let answer = try await Crowd.ask(door, Self.guest, until: "guest")
      #expect(answer != nil)
    }
  }

  @Test func whoStopsSendingIsLetGo() async throws {
    try await Self.serving(Self.patient) { door in
      let crowd = try await Crowd(20, at: door)
      crowd.say("GET / HTTP/1.1\r\n")
      crowd.closeSending()
      try await eventually("all are gone") { crowd.open == 0 }
    }
  }

  @Test func aHeadHasABound() async throws {
    try await Self.serving(Self.patient) { door in
      let header = "x: \(String(repeating: "a", count: 8 << 10))\r\n"
      let headers = String(repeating: header, count: 5)
      let long = try await Crowd.ask(door, "GET / HTTP/1.1\r\nhost: x\r\n\(headers)\r\n", seconds: 10)
      #expect(long?.contains("stranger") == false)
      let path = String(repeating: "a", count: 40 << 10)
      let target = try await Crowd.ask(door, "GET /\(path) HTTP/1.1\r\nhost: x\r\n\r\n", seconds: 10)
      #expect(target?.contains("stranger") == false)
      let short = try await Crowd.ask(door, "GET /\(path.prefix(8 << 10)) HTTP/1.1\r\nhost: x\r\n\r\n")
      #expect(short?.contains("stranger") == true)
    }
  }

  @Test func aBodyHasABoundAndAStrangersIsNotKept() async throws {
    var bounds = Self.patient
    bounds.bodyBytes = 1000
    try await Self.serving(bounds) { door in
      func post(_ count: Int, _ key: String) async throws -> String? {
        let body = String(repeating: "b", count: count)
        let request = "POST / HTTP/1.1\r\nhost: x\r\n\(key)content-length: \(count)\r\n\r\n\(body)"
        return try await Crowd.ask(door, request, until: "with", seconds: 10)
      }
      let fitting = try await post(1000, "key: yes\r\n")
      #expect(fitting?.contains("guest with 1000") == true)
      let large = try await post(1001, "key: yes\r\n")
      #expect(large?.contains("guest with no body") == true)
      let stranger = try await post(100_000, "")
      #expect(stranger?.hasSuffix("stranger") == true)
    }
  }

  /// Those who connect again and again as fast as they can get a share; the others still get through.
  @Test func aFloodOfConnectionsKeepsNobodyOut() async throws {
    try await Self.serving(Self.patient) { door in
      let isOver = Atomic(false)
      Crowd.flood(300, at: door) { isOver.load(ordering: .relaxed) }
      defer { isOver.store(true, ordering: .relaxed) }
      for _ in 0..<10 {
        // The flood takes its share of the processors that the server runs on.
        let answer = try await Crowd.ask(door, Self.guest, until: "guest", seconds: 5)
        #expect(answer != nil)
      }
    }
  }
}
