import Glibc
import Testing

@testable import SandboxRunner

/// What the machine tells everybody of a runner's socket.
@Suite struct SocketNameTests {
  @Test(arguments: [1, 200]) func theNameOfASocketIsNotToldToEverybody(length: Int) throws {
    let name = "secret-\(UInt64.random(in: 0 ... .max)).sock"
    let folder = "/tmp/" + String(repeating: "n", count: length) + "-\(UInt32.random(in: 0 ... .max))"
    try #require(mkdir(folder, 0o700) == 0)
    defer {
      unlink("\(folder)/\(name)")
      rmdir(folder)
    }
    for _ in 0..<2 {
      // The second takes the place of the first, as after a runner that was killed.
      let descriptor = try UnixSocket.bind("\(folder)/\(name)")
      defer { close(descriptor) }
      try #require(listen(descriptor, 1) == 0)
      var status = stat()
      #expect(lstat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK)
      let table = try #require(contents(of: "/proc/net/unix"))
      #expect(table.contains("/") && !table.contains(name))
    }
  }

  private func contents(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
