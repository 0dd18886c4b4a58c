import Glibc
import LoopbackServer
import Testing

@testable import HTTPTransport

@Suite struct UnixSocketTests {
  @Test(arguments: [false, true]) func speaksOverAUnixSocket(longPath: Bool) async throws {
    var template = Array("/tmp/paddock-http-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let name = String(repeating: "d", count: 150)
    let folder = longPath ? "\(root)/\(name)" : root
    if longPath { try #require(mkdir(folder, 0o700) == 0) }
    defer {
      unlink("\(folder)/s")
      if longPath { rmdir(folder) }
      rmdir(root)
    }
    let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY)
    defer { close(descriptor) }
    let server = try LoopbackServer(unixSocket: "/proc/self/fd/\(descriptor)/s") { connection in
      while let request = connection.readRequest() { connection.respond("200 OK", request.field("host") ?? "") }
    }
    defer { server.stop() }
    let transport = try HTTPTransport(.init(unixSocketPath: "\(folder)/s"))
    for _ in 0..<3 {
      let response = try await transport.send(HTTPRequest("GET", "http://runner/v1/status"))
      #expect(String(decoding: response.body, as: UTF8.self) == "runner")
    }
  }

  @Test func namesASocketThatIsNotThere() async throws {
    let path = "/tmp/paddock-none-\(getpid())"
    let transport = try HTTPTransport(.init(unixSocketPath: path))
    await #expect(
      throws: HTTPTransportError.unreachable(endpoint: path, reason: "no such file or directory")
    ) {
      try await transport.send(HTTPRequest("GET", "http://runner/"))
    }
  }
}
