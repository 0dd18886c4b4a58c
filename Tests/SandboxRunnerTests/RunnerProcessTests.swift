import ControlModel
import Glibc
import RunnerProtocol
import SeededNumbers
import Testing

/// The real program with real processes, over a real socket.
@Suite struct RunnerProcessTests {
  private let folder: TemporaryFolder
  private var socket: String { folder.path + "/socket" }

  init() throws { folder = try TemporaryFolder() }

  private func events() throws -> [Event] {
    let lines = try folder.read("journal").split(separator: 0x0A, omittingEmptySubsequences: true)
    return try lines.map { try EventLine.decode(Array($0)) }
  }

  private func start(_ script: String) async throws -> RunnerProcess {
    let runner = try RunnerProcess(makeConfiguration(folder, ["sh", "-c", script]), in: folder)
    try await ready()
    return runner
  }

  private func ready() async throws {
    _ = try await eventually("the runner answers") {
      (try? SocketClient.ask(socket, "GET", RunnerPath.status))?.status == 200 ? true : nil
    }
  }

  @Test func requestsAreAnsweredOrRefusedInJSON() async throws {
    let runner = try await start("while read line; do echo got $line; done")
    #expect(try SocketClient.ask(socket, "GET", RunnerPath.status, token: "s3cres").status == 401)
    #expect(try SocketClient.ask(socket, "GET", RunnerPath.status, token: "").status == 401)
    #expect(try SocketClient.ask(socket, "GET", "/v2").status == 404)
    #expect(try SocketClient.ask(socket, "GET", RunnerPath.messages).status == 405)
    #expect(try SocketClient.ask(socket, "POST", RunnerPath.messages, body: "{").status == 400)
    #expect(try SocketClient.ask(socket, "GET", RunnerPath.events(after: 999)).status == 409)
    let large = String(repeating: "x", count: 5 << 20)
    let refused = try? SocketClient.ask(socket, "POST", RunnerPath.messages, body: large)
    #expect(refused?.status == 413)
    #expect(runner.end(SIGTERM) == 143)
    #expect(try events().last?.content.name == "runner.stopped")
  }

  @Test func aMessageIsSentOnceHoweverOftenItIsAskedFor() async throws {
    let script = "while read line; do echo got $line; done"
    let message = RunnerMessage(id: .make(at: .now()), text: "hello")
    let body = JSONValue.object(MessageRequest.json(message)).text
    var runner = try await start(script)
    for _ in 0..<3 { #expect(try SocketClient.ask(socket, "POST", RunnerPath.messages, body: body).status == 200) }
    _ = try await eventually("the answer") { try events().first { $0.text == "got hello" } }
    #expect(runner.end(SIGKILL) == -SIGKILL)
    runner = try await start(script)
    #expect(try SocketClient.ask(socket, "POST", RunnerPath.messages, body: body).status == 200)
    #expect(runner.end(SIGTERM) == 143)
    #expect(try events().filter { $0.kind == .user }.count == 1)
  }

  @Test func aRuntimeThatBeginsWithAMessageIsNotStartedWithoutIt() async throws {
    var configuration = try makeConfiguration(folder, ["sh", "-c", "read -r line; echo ran with $line"])
    configuration.awaitsMessage = true
    let runner = try RunnerProcess(configuration, in: folder)
    try await ready()
    let body = JSONValue.object(MessageRequest.json(RunnerMessage(id: .make(at: .now()), text: "hello"))).text
    #expect(try SocketClient.ask(socket, "POST", RunnerPath.messages, body: body).status == 200)
    _ = try await eventually("its end") { try events().first { $0.content.name == "runtime.exited" } }
    #expect(try events().filter { $0.kind == .output }.map(\.text) == ["ran with hello"])
    let order = try events().filter { $0.kind == .user || $0.content.name == "runtime.started" }.map(\.kind)
    #expect(order == [.user, .lifecycle])
    #expect(runner.end(SIGKILL) == -SIGKILL)
    // The message of this generation came: what the next runner has to do stands in the journal.
    let next = try RunnerProcess(configuration, in: folder)
    _ = try await eventually("it is started") { try events().first { $0.content.name == "runtime.resumed" } }
    #expect(next.end(SIGTERM) == 143)
  }

  @Test func aStreamIsTheJournalByteForByteWhileItGrows() async throws {
    let runner = try await start("while read line; do echo got $line; done")
    let client = try SocketClient(socket)
    client.send("GET", RunnerPath.events(after: 0))
    for number in 0..<5 {
      let message = RunnerMessage(id: .make(at: .now()), text: "m\(number)")
      let body = JSONValue.object(MessageRequest.json(message)).text
      #expect(try SocketClient.ask(socket, "POST", RunnerPath.messages, body: body).status == 200)
      _ = client.read(until: "got m\(number)")
    }
    let lines = client.read(until: "got m4").split(whereSeparator: \.isNewline).filter { $0.hasPrefix("{") }
    let journal = String(decoding: try folder.read("journal"), as: UTF8.self).split(separator: "\n")
    #expect(lines.map(String.init) == journal.map(String.init))
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func aReaderThatDoesNotReadHoldsNobodyUp() async throws {
    let line = String(repeating: "x", count: 1000)
    let runner = try await start("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo \(line); done; echo done; read x")
    let slow = try SocketClient(socket)
    slow.send("GET", RunnerPath.events(after: 0))
    let status = try await eventually("all is written") {
      try RunnerStatus.parse(body(of: SocketClient.ask(socket, "GET", RunnerPath.status).text)).seq > 20_000
        ? true : nil
    }
    #expect(status)
    #expect(slow.read(until: "\"done\"").utf8.count > 20_000_000)
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func killingTheRunnerKillsItsProcess() async throws {
    let runner = try await start("echo $$; exec sleep 1000")
    let text = try await eventually("the process id") { try events().first { $0.kind == .output }?.text }
    let process = try #require(pid_t(text))
    #expect(runner.end(SIGKILL) == -SIGKILL)
    _ = try await eventually("the process has ended") { isRunning(process) ? nil : true }
  }

  @Test func aRunnerThatIsKilledTwentyTimesLeavesAGaplessJournal() async throws {
    var random = SeededNumbers(20)
    for _ in 0..<20 {
      let before = (try? folder.read("journal").count) ?? 0
      let runner = try RunnerProcess(
        makeConfiguration(folder, ["sh", "-c", "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.001; done"]),
        in: folder)
      _ = try await eventually("the journal grows") {
        try folder.names.contains("journal") && folder.read("journal").count > before ? true : nil
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &random)))
      #expect(runner.end(SIGKILL) == -SIGKILL)
    }
    let last = try await start("read x")
    #expect(last.end(SIGTERM) == 143)
    let numbers = try events().map(\.seq)
    #expect(numbers.count > 20)
    #expect(numbers == Array(1...Int64(numbers.count)))
  }

  @Test func aLineOfTenMegabytesAndALongerOneAreBothTold() async throws {
    let runner = try await start(
      "head -c 10000000 /dev/zero | tr '\\0' a; echo; head -c 20000000 /dev/zero | tr '\\0' b; echo; echo end; read x")
    let end = Array("\"end\"".utf8)
    _ = try await eventually("the last line") {
      let tail = try folder.read("journal").suffix(4096)
      return tail.indices.contains { tail[$0...].starts(with: end) } ? true : nil
    }
    let all = try events()
    #expect(all.contains { $0.kind == .output && $0.text.utf8.count == 10_000_000 })
    #expect(all.contains { $0.kind == .error && $0.content.detail["length"]?.integerValue == 20_000_000 })
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func whatAProcessLeavesBehindEndsWithIt() async throws {
    let runner = try await start("sleep 1000 & echo $!; echo out; echo err >&2; exit 3")
    let exit = try await eventually("the exit") { try events().first { $0.content.name == "runtime.exited" } }
    #expect(exit.text.contains("3"))
    let outputs = try events().filter { $0.kind == .output }
    #expect(outputs.map(\.text).contains("out") && outputs.map(\.text).contains("err"))
    #expect(outputs.allSatisfy { $0.seq < exit.seq })
    let process = try #require(outputs.compactMap { pid_t($0.text) }.first)
    _ = try await eventually("the orphan has ended") { isRunning(process) ? nil : true }
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func aProcessThatDoesNotReadIsSpokenToOnlySoLong() async throws {
    let runner = try await start("exec sleep 1000")
    var statuses: [Int] = []
    for _ in 0..<4 {
      let message = RunnerMessage(id: .make(at: .now()), text: String(repeating: "x", count: 3 << 20))
      let body = JSONValue.object(MessageRequest.json(message)).text
      statuses.append(try SocketClient.ask(socket, "POST", RunnerPath.messages, body: body).status)
    }
    #expect(statuses == [200, 200, 503, 503])
    #expect(try SocketClient.ask(socket, "GET", RunnerPath.status).status == 200)
    #expect(runner.end(SIGTERM) == 143)
  }

  private func body(of answer: String) -> [UInt8] {
    Array((answer.split(separator: "\r\n\r\n", maxSplits: 1).last ?? "").utf8)
  }

  /// A zombie that nobody reaps has ended all the same.
  private func isRunning(_ process: pid_t) -> Bool {
    guard let file = fopen("/proc/\(process)/stat", "re") else { return false }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 512)
    guard fgets(&text, 512, file) != nil else { return false }
    let state = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return !state.contains(") Z ") && !state.contains(") X ")
  }
}
