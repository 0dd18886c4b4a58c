import Glibc
import Testing

@testable import Files

/// What stands at a path may be anything; a test that waits for ever is a failed one.
@Suite(.timeLimit(.minutes(1))) struct PlainFileTests: ~Copyable {
  private let folder = "/tmp/paddock-files-\(UInt64.random(in: 0...UInt64.max))"
  private var path: String { folder + "/file" }

  init() throws { try #require(mkdir(folder, 0o700) == 0) }

  deinit {
    for name in ["/file", "/link"] { unlink(folder + name) }
    rmdir(folder + "/folder")
    rmdir(folder)
  }

  private func write(_ text: String) throws {
    let file = try PlainFile.open(path, O_WRONLY | O_CREAT | O_TRUNC)
    defer { close(file) }
    try #require(Glibc.write(file, text, text.utf8.count) == text.utf8.count)
  }

  private func problem(_ body: () throws -> Void) -> PlainFileProblem? {
    do { try body() } catch { return error as? PlainFileProblem }
    return nil
  }

  @Test func aPlainFileIsReadAndReplaced() throws {
    try write("one")
    try write("2")
    #expect(try PlainFile.read(path, atMost: 1) == Array("2".utf8))
    #expect(problem { _ = try PlainFile.read(path, atMost: 0) } == .larger(than: 0))
    #expect(try PlainFile.read("/proc/self/status", atMost: 1 << 20).isEmpty == false, "a file without a size")
  }

  @Test func whatIsNotThereIsMissing() {
    #expect(problem { _ = try PlainFile.read(path, atMost: 1) }?.isMissing == true)
  }

  @Test func aPipeIsNeitherWaitedForNorWritten() throws {
    try #require(mkfifo(path, 0o600) == 0)
    for flags in [O_RDONLY, O_WRONLY | O_APPEND, O_WRONLY | O_CREAT | O_TRUNC, O_RDWR] {
      let found = problem { close(try PlainFile.open(path, flags)) }
      #expect(found == .kind(.pipe), "flags \(flags)")
      #expect(found.map { "\($0)" } == "it is a named pipe, not a plain file")
    }
  }

  @Test func devicesFoldersAndSocketsAreNone() throws {
    #expect(problem { _ = try PlainFile.read("/dev/zero", atMost: 10) } == .kind(.device))
    #expect(problem { _ = try PlainFile.read("/tmp", atMost: 10) } == .kind(.folder))
    let end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(end) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(end, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
    try #require(isBound == 0)
    #expect(problem { _ = try PlainFile.read(path, atMost: 10) } == .kind(.socket))
  }

  @Test func aLinkIsFollowedWhereThatIsMeantAlone() throws {
    try write("x")
    let link = folder + "/link"
    try #require(symlink(path, link) == 0)
    #expect(try PlainFile.read(link, atMost: 1) == Array("x".utf8))
    #expect(problem { _ = try PlainFile.read(link, atMost: 1, followingLinks: false) } == .kind(.link))
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    #expect(problem { close(try PlainFile.open(link, flags, followingLinks: false)) } == .kind(.link))
    #expect(try PlainFile.read(path, atMost: 1) == Array("x".utf8), "nothing was cut off behind the link")
  }

  @Test func inputWithoutEndIsReadToItsBoundAlone() throws {
    let zeroes = open("/dev/zero", O_RDONLY | O_CLOEXEC)
    defer { close(zeroes) }
    #expect(try readToEnd(of: zeroes, atMost: 100_000) == nil)
  }
}
