import ControlModel
import Glibc
import OperatorAccess
import Testing

@Suite(.timeLimit(.minutes(3))) struct LocalAccessTests {
  private let access = OperatorAccess(host: "here")

  private func report(process: Int32 = 0, log: String = "") -> SandboxReport {
    var report = SandboxReport(engine: "local", sandbox: "worker-1", generation: 1)
    report.context = "here"
    report.process = Int64(process)
    report.log = log
    return report
  }

  @Test func aShellIsInTheJailAndHasATerminalOfItsSize() async throws {
    let jail = try Jail()
    defer { jail.end() }
    try await jail.isUp()
    let session = try await access.open(
      .shell, in: report(process: jail.process), size: TerminalSize(columns: 91, rows: 17))
    try await session.write(Array("stty size; hostname; echo in-$((40 + 2)); tty; pwd\r".utf8))
    let shown = try await read(session, until: "/workspace\r\n")
    #expect(shown.contains("17 91"))
    #expect(shown.contains("jailed"))
    #expect(shown.contains("in-42"))
    try await session.resize(TerminalSize(columns: 60, rows: 9))
    try await session.write(Array("stty size; exit 3\r".utf8))
    #expect(try await read(session, until: nil).contains("9 60"))
    #expect(await session.outcome() == "It ended with status 3.")
    await session.close()
  }

  @Test func aNumberThatIsAnothersByNowOpensNothing() async throws {
    let jail = try Jail()
    defer { jail.end() }
    try await jail.isUp()
    var old = report(process: jail.process)
    old.processStart = 1
    let size = TerminalSize(columns: 80, rows: 24)
    let failure = await #expect(throws: ControlFailure.self) { try await access.open(.shell, in: old, size: size) }
    #expect(failure?.summary.contains("Nothing runs") == true)
  }

  @Test func leavingEndsTheShell() async throws {
    let jail = try Jail()
    defer { jail.end() }
    try await jail.isUp()
    let session = try await access.open(
      .shell, in: report(process: jail.process), size: TerminalSize(columns: 80, rows: 24))
    try await session.write(Array("echo up-$((1 + 1))\r".utf8))
    _ = try await read(session, until: "up-2")
    await session.close()
    #expect(try await session.next() == nil)
  }

  @Test func whatCannotBeOpenedIsSaidInOneSentence() async throws {
    let size = TerminalSize(columns: 80, rows: 24)
    var elsewhere = report()
    elsewhere.context = "there"
    for (kind, report, words) in [
      (TerminalKind.shell, report(), "Nothing runs in the local sandbox 'worker-1'"),
      (.shell, elsewhere, "is on the machine there, this is here"),
      (.attach, report(), "has no terminal of its own"),
    ] {
      let failure = await #expect(throws: ControlFailure.self) { try await access.open(kind, in: report, size: size) }
      #expect(failure?.description.contains(words) == true)
    }
  }

  @Test func aLogIsReadToItsEndAndOn() async throws {
    let path = "/tmp/paddock-log-\(UInt64.random(in: 0 ... .max))"
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer {
      close(file)
      unlink(path)
    }
    func append(_ text: String) { _ = text.withCString { write(file, $0, strlen($0)) } }
    append("one\ntwo\nthr")
    var lines: [String] = []
    for try await batch in try await access.log(of: report(log: path)) {
      lines += batch.map(\.text)
      if lines == ["one", "two"] { append("ee\nfour\n") }
      if lines.last == "four" { break }
    }
    #expect(lines == ["one", "two", "three", "four"])
    await #expect(throws: ControlFailure.self) { _ = try await access.log(of: report(log: path + "-not")) }
  }
}

/// What the terminal shows until it has a text, or to its end.
func read(_ session: any TerminalSession, until wanted: String?) async throws -> String {
  var shown: [UInt8] = []
  while let bytes = try await session.next() {
    shown += bytes
    if let wanted, String(decoding: shown, as: UTF8.self).contains(wanted) { break }
  }
  return String(decoding: shown, as: UTF8.self)
}
