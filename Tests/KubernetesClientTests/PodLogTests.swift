import ControlModel
import Testing

@testable import KubernetesClient

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("Pod logs")
struct PodLogTests {
  @Test("Lines cut at every byte are the same lines, and together they are the log, byte for byte")
  func splitAnywhere() {
    let log = bytes("one\r\n\ntwo \u{1B}[31m\u{0}\n") + [0xFF, 0xFE, 0x0A] + bytes("no end")
    let lines = ["one\r\n", "\n", "two \u{1B}[31m\u{0}\n"].map(bytes) + [[0xFF, 0xFE, 0x0A], bytes("no end")]
    for cut in 0...log.count {
      var framing = PodLogFraming(hasTimestamps: false)
      var read = framing.append(Array(log[..<cut])) + framing.append(Array(log[cut...]))
      if let last = framing.finish() { read.append(last) }
      #expect(read.map(\.bytes) == lines, "cut at \(cut)")
    }
    #expect(PodLogLine(bytes: lines[0]).content.elementsEqual(bytes("one")))
    #expect(PodLogLine(bytes: lines[4]).content.elementsEqual(bytes("no end")))
    #expect(PodLogLine(bytes: []).content.isEmpty)
  }

  @Test("Timestamps are taken off the beginning of lines and of nothing else")
  func timestamps() {
    var framing = PodLogFraming(hasTimestamps: true, maximumLength: 40)
    let text = "2026-11-22T20:18:00.123456789Z hello\nno time\n2026-11-22T20:18:01Z \n"
    let read = framing.append(bytes(text))
    #expect(read.map(\.bytes) == [bytes("hello\n"), bytes("no time\n"), bytes("\n")])
    #expect(
      read.map(\.timestamp) == [Timestamp("2026-11-22T20:18:00.123456Z"), nil, Timestamp("2026-11-22T20:18:01Z")])
  }

  @Test("A line that never ends comes in pieces")
  func endless() {
    var framing = PodLogFraming(hasTimestamps: false, maximumLength: 4)
    let read = framing.append(bytes("abcd")) + framing.append(bytes("ef")) + framing.append(bytes("gh\ni"))
    #expect(read.map(\.bytes) == [bytes("abcd"), bytes("efgh\n")])
    #expect(framing.finish()?.bytes == bytes("i"))
  }

  @Test("What a kubelet says in a log's place has no time, and a piece of a line is not that")
  func untimed() {
    var framing = PodLogFraming(hasTimestamps: true, maximumLength: 40)
    let words = "failed to create fsnotify watcher: too many open files\n"
    #expect(framing.append(bytes("2026-11-22T20:18:00Z one\n")).map(\.isUntimed) == [false])
    #expect(
      framing.append(bytes("2026-11-22T20:18:00Z " + String(repeating: "x", count: 30))).map(\.isUntimed) == [false])
    #expect(framing.append(bytes("and its end\n")).map(\.isUntimed) == [false])
    #expect(framing.append(bytes(words)).map(\.isUntimed) == [true])
  }

  @Test("Options are said in the API's words")
  func options() throws {
    func query(_ options: PodLogOptions) -> String {
      options.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }
    #expect(query(.init()) == "")
    #expect(
      query(.init(container: "c", follows: true, hasTimestamps: true, isPrevious: true, start: .lines(5)))
        == "container=c&follow=true&timestamps=true&previous=true&tailLines=5")
    #expect(query(.init(start: .secondsAgo(0))) == "sinceSeconds=1")
    let time = try #require(Timestamp("2026-11-22T20:18:00Z"))
    #expect(query(.init(start: .time(time))) == "sinceTime=2026-11-22T20:18:00.000000Z")
  }

  @Test("A log is read as it comes, and a refusal is the node's own words")
  func reads() async throws {
    let refusal = #"{"kind":"Status","code":400,"reason":"BadRequest","message":"container is waiting to start"}"#
    let server = try LoopbackAPI([
      LoopbackAPI.stream(["a\nb", "c\n", "d"]), LoopbackAPI.reply("400 Bad Request", refusal),
    ])
    let api = try server.api()
    var lines: [[UInt8]] = []
    for try await batch in try await api.log(of: "p", in: "n", .init(follows: true)) { lines += batch.map(\.bytes) }
    #expect(lines == [bytes("a\n"), bytes("bc\n"), bytes("d")])
    #expect(server.requests[0].target == "GET /api/v1/namespaces/n/pods/p/log")
    await #expect {
      _ = try await api.log(of: "p", in: "n")
    } throws: { error in
      "\(error)" == "The API server refused to get pods/log p in n: container is waiting to start."
    }
  }
}
