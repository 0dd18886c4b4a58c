import ControlModel
import HTTPTransport
import Testing

@testable import KubernetesClient

@Suite("Watch")
struct WatchStateMachineTests {
  @Test("It lists page by page, then watches from the list's version")
  func listsThenWatches() throws {
    var run = WatchRun()
    #expect(run.machine.next() == .list(limit: 500, continueToken: nil))
    try run.list(10, [podText("a", 1)], continueToken: "more")
    #expect(run.machine.next() == .list(limit: 500, continueToken: "more"))
    try run.list(10, [podText("b", 2)])
    #expect(run.mirror.log == ["+a@1", "+b@2", "synced"])
    #expect(run.machine.next() == .watch(resourceVersion: "10"))
  }

  @Test("Of more objects than the bound the first stay, and that there are more is told once for each list")
  func boundsWhatItHolds() throws {
    var run = WatchRun()
    run.machine = PodWatch(mostObjects: 3)
    try run.list(10, (1...2).map { podText("p\($0)", $0) }, continueToken: "more")
    try run.list(10, (3...9).map { podText("p\($0)", $0) })
    #expect(run.mirror.log == ["+p1@1", "+p2@2", "+p3@3", "trouble", "synced"])
    run.open()
    run.mirror.log = []
    run.receive(eventText("ADDED", "q", 11) + eventText("MODIFIED", "p2", 12) + eventText("DELETED", "p1", 13))
    run.receive(eventText("ADDED", "r", 14) + eventText("ADDED", "s", 15) + eventText("ADDED", "t", 16))
    #expect(run.mirror.log == ["trouble", "~p2@12", "-p1", "+r@14"] && run.mirror.complaints.isEmpty)
    #expect(run.machine.known.count == 3)
  }

  @Test("Events split at every byte are the same events")
  func splitAnywhere() throws {
    let stream = Array(
      (eventText("ADDED", "b", 11, extra: #","s":"ü\u0000\"\n""#) + "\n\r\n" + eventText("MODIFIED", "a", 12)
        + bookmarkText(20) + eventText("DELETED", "a", 21)).utf8)
    for cut in 0...stream.count {
      var run = try WatchRun.watching("a")
      run.mirror.apply(run.machine.received(Array(stream[..<cut]), at: .zero))
      run.mirror.apply(run.machine.received(Array(stream[cut...]), at: .zero))
      #expect(run.mirror.log == ["+b@11", "~a@12", "-a"], "cut at \(cut)")
    }
    var run = try WatchRun.watching("a")
    for byte in stream { run.mirror.apply(run.machine.received([byte], at: .zero)) }
    #expect(run.mirror.log == ["+b@11", "~a@12", "-a"])
  }

  @Test("A stream that breaks off at any byte is taken up where its last whole event was")
  func breaksAnywhere() throws {
    let events = [eventText("ADDED", "b", 11), eventText("MODIFIED", "a", 12), eventText("DELETED", "b", 13)]
    let stream = Array(events.joined().utf8)
    for cut in 0...stream.count {
      var run = try WatchRun.watching("a")
      run.mirror.apply(run.machine.received(Array(stream[..<cut]), at: .zero))
      run.mirror.apply(run.machine.failed(.transport(.closedEarly(endpoint: "e")), at: .zero))
      guard case .watch(let version) = run.action(), let position = Int(version) else {
        Issue.record("it does not watch again at \(cut)")
        return
      }
      run.open()
      for (index, event) in events.enumerated() where index + 11 > position { run.receive(event) }
      #expect(run.mirror.log.filter { $0 != "trouble" && $0 != "recovered" } == ["+b@11", "~a@12", "-b"])
      #expect(run.mirror.complaints.isEmpty)
    }
  }

  @Test("An event far larger than any buffer is one event")
  func largeEvents() throws {
    var run = try WatchRun.watching("a")
    let large = eventText("MODIFIED", "a", 11, extra: #","s":"\#(String(repeating: "x", count: 5 << 20))""#)
    for start in stride(from: 0, to: large.utf8.count, by: 16_384) {
      run.receive(String(large.dropFirst(start).prefix(16_384)))
    }
    #expect(run.mirror.log == ["~a@11"])
  }

  @Test("A bookmark moves the place to go on from and tells nothing")
  func bookmarks() throws {
    var run = try WatchRun.watching("a")
    run.receive(bookmarkText(99) + bookmarkText(50))
    run.mirror.apply(run.machine.ended(at: .seconds(300)))
    #expect(run.mirror.log.isEmpty)
    #expect(run.action() == .watch(resourceVersion: "99"))
  }

  @Test("410 lists again, as an answer and as an event, and tells only what is different", arguments: [true, false])
  func gone(asEvent: Bool) throws {
    var run = try WatchRun.watching("a", "b", "c")
    if asEvent { run.receive(errorText(410, reason: "Expired")) } else { run.fail(410, "Expired") }
    #expect(run.action() == .list(limit: 500, continueToken: nil))
    try run.list(90, [podText("a", 1), podText("b", 80), podText("d", 81)])
    #expect(run.mirror.log == ["~b@80", "+d@81", "-c", "synced"])
    #expect(run.mirror.complaints.isEmpty)
  }

  @Test("An object made anew under the same name, unseen, is a deletion and an addition")
  func replaced() throws {
    var run = try WatchRun.watching("a")
    run.receive(errorText(410))
    _ = run.action()
    try run.list(90, [podText("a", 80, uid: "other")])
    #expect(run.mirror.log == ["-a", "+a@80", "synced"])
    run.open()
    run.receive(eventText("DELETED", "a", 91, uid: "u"))
    #expect(run.mirror.versions["a"] == "80")
  }

  @Test("What was told is not told again")
  func repeats() throws {
    var run = try WatchRun.watching("a")
    run.receive(eventText("ADDED", "b", 11) + eventText("ADDED", "b", 11) + eventText("MODIFIED", "b", 11))
    run.receive(eventText("DELETED", "b", 12) + eventText("DELETED", "b", 12))
    #expect(run.mirror.log == ["+b@11", "-b"])
  }

  @Test(
    "What cannot be believed leads to a list that finds what it hid",
    arguments: [
      "garbage\n", "{\n", "\u{0}\n", "[]\n", "null\n", #"{"type":"ADDED"}"# + "\n", eventText("RENAMED", "x", 12),
      #"{"type":"ADDED","object":{"metadata":{}}}"# + "\n", #"{"type":"ERROR","object":{"kind":"Pod"}}"# + "\n",
      #"{"type":"ERROR"}"# + "\n", eventText("MODIFIED", "b", 5), eventText("ADDED", "old", 9),
      #"{"object":{}}"# + "\n", "HTTP/1.1 200 OK\r\n",
    ])
  func lies(text: String) throws {
    var run = try WatchRun.watching("a")
    run.receive(eventText("ADDED", "b", 11) + text + eventText("ADDED", "never", 13))
    #expect(run.mirror.log == ["+b@11", "trouble"])
    #expect(!run.machine.isReading)
    #expect(run.action() == .list(limit: 500, continueToken: nil))
    try run.list(14, [podText("a", 1), podText("b", 11), podText("c", 14)])
    #expect(run.mirror.log == ["+b@11", "trouble", "recovered", "+c@14", "synced"])
  }

  @Test("A deletion older than what is known of the object is not believed")
  func staleDeletion() throws {
    var run = try WatchRun.watching("a")
    run.receive(eventText("MODIFIED", "a", 20) + eventText("DELETED", "a", 15))
    #expect(run.mirror.log == ["~a@20", "trouble"])
  }

  @Test("Versions that are no numbers are taken as they come")
  func opaqueVersions() throws {
    var run = WatchRun()
    run.mirror.apply(
      run.machine.received(
        page: try JSONValue(parsing: #"{"metadata":{"resourceVersion":"x-9"},"items":null}"#), at: .zero))
    run.open()
    run.receive(#"{"type":"ADDED","object":{"metadata":{"name":"a","uid":"1","resourceVersion":"x-10"}}}"# + "\n")
    run.receive(#"{"type":"MODIFIED","object":{"metadata":{"name":"a","uid":"1","resourceVersion":"x-1"}}}"# + "\n")
    #expect(run.mirror.log == ["synced", "+a@x-10", "~a@x-1"])
    run.mirror.apply(run.machine.ended(at: .seconds(60)))
    #expect(run.action() == .watch(resourceVersion: "x-1"))
  }

  @Test("A store that was set back is listed and told as it is")
  func setBack() throws {
    var run = try WatchRun.watching("a", "b")
    run.receive(eventText("MODIFIED", "a", 500))
    run.receive(errorText(504, reason: "Timeout", message: "Too large resource version: 500, current: 7"))
    #expect(run.action() == .list(limit: 500, continueToken: nil))
    try run.list(7, [podText("a", 5)])
    #expect(run.mirror.log == ["~a@500", "trouble", "recovered", "~a@5", "-b", "synced"])
    #expect(run.machine.next() == .watch(resourceVersion: "7"))
  }

  @Test("Overload, a lost right or an expired token does not lose the place", arguments: [429, 401, 403, 502, 503])
  func keepsPlace(code: Int) throws {
    var run = try WatchRun.watching("a")
    run.receive(bookmarkText(50))
    run.fail(code)
    #expect(run.mirror.log == ["trouble"])
    #expect(run.action() == .watch(resourceVersion: "50"))
    run.open()
    #expect(run.mirror.log == ["trouble", "recovered"])
  }

  @Test("Any other error in the stream lists again", arguments: [400, 404, 500, 504, 0, 999])
  func otherErrors(code: Int) throws {
    var run = try WatchRun.watching("a")
    run.receive(errorText(code))
    #expect(run.mirror.log == ["trouble"])
    #expect(run.action() == .list(limit: 500, continueToken: nil))
  }

  @Test("A server that asks to be left alone is, in the stream and before it")
  func retryAfter() throws {
    var run = try WatchRun.watching("a")
    run.receive(errorText(429, retryAfter: 7))
    #expect(run.machine.next() == .wait(.seconds(7)))
    run.fail(429, retryAfter: 9)
    #expect(run.machine.next() == .wait(.seconds(9)))
  }

  @Test("A list whose later pages have expired is made in one piece and compared")
  func expiredToken() throws {
    var run = WatchRun()
    try run.list(10, [podText("a", 1), podText("b", 2)], continueToken: "t")
    run.fail(410, "Expired")
    #expect(run.action() == .list(limit: nil, continueToken: nil))
    try run.list(20, [podText("a", 1), podText("c", 15)])
    #expect(run.mirror.log == ["+a@1", "+b@2", "+c@15", "-b", "synced"])
  }

  @Test("A page that failed is asked for again, and the pages before it are not")
  func pageFails() throws {
    var run = WatchRun()
    try run.list(10, [podText("a", 1)], continueToken: "t")
    run.fail(500)
    #expect(run.action() == .list(limit: 500, continueToken: "t"))
  }

  @Test(
    "A list that is no list is trouble, and told from an empty one",
    arguments: [
      "null", "[]", "{}", #"{"metadata":{"resourceVersion":"1"}}"#, #"{"metadata":{},"items":[]}"#,
      #"{"metadata":{"resourceVersion":"1"},"items":{}}"#,
    ])
  func noList(text: String) throws {
    var run = try WatchRun.watching("a")
    run.receive(errorText(410))
    _ = run.action()
    run.mirror.apply(run.machine.received(page: try JSONValue(parsing: text), at: .zero))
    #expect(run.mirror.log == ["trouble"])
    #expect(run.mirror.versions == ["a": "1"])
    #expect(run.action() == .list(limit: 500, continueToken: nil))
  }

  @Test("An item that cannot be read costs no other")
  func badItem() throws {
    var run = WatchRun()
    try run.list(10, ["3", podText("a", 1), "{}"])
    #expect(run.mirror.log == ["trouble", "+a@1", "trouble", "synced"])
  }

  @Test("Streams that end at once are asked for ever more slowly, and it is told")
  func neverSpins() throws {
    var run = try WatchRun.watching("a")
    var total = Duration.zero
    for round in 0..<12 {
      run.receive(bookmarkText(100 + round))
      run.mirror.apply(run.machine.ended(at: run.now))
      let before = run.now
      _ = run.action()
      total += run.now - before
      run.open()
    }
    #expect(total > .seconds(25))
    #expect(run.mirror.log.contains("trouble"))
  }

  @Test("A list that works and a watch that is always too old do not spin either")
  func neverSpinsOnGone() throws {
    var run = try WatchRun.watching("a")
    for _ in 0..<12 {
      run.receive(errorText(410))
      _ = run.action()
      try run.list(10, [podText("a", 1)])
      run.open()
    }
    #expect(run.now > .seconds(20))
  }

  @Test("After a stream that lived, the next is asked for without delay")
  func healthResets() throws {
    var run = try WatchRun.watching("a")
    for _ in 0..<8 {
      run.mirror.apply(run.machine.failed(.transport(.unreachable(endpoint: "e", reason: "r")), at: run.now))
      _ = run.action()
    }
    run.open()
    run.now += .seconds(11)
    run.mirror.apply(run.machine.ended(at: run.now))
    guard case .wait(let wait) = run.machine.next() else {
      Issue.record("it does not wait")
      return
    }
    #expect(wait <= .milliseconds(100))
  }

  @Test("A line without end is given up, not buffered without end")
  func endlessLine() throws {
    var run = try WatchRun.watching("a")
    let piece = [UInt8](repeating: 0x20, count: 8 << 20)
    for _ in 0..<9 where run.machine.isReading { run.mirror.apply(run.machine.received(piece, at: .zero)) }
    #expect(run.mirror.log == ["trouble"])
  }

  @Test(
    "Versions are compared as numbers of any length",
    arguments: [("10", "9", true), ("9", "10", false), ("7", "7", false), ("0010", "9", true)])
  func comparesVersions(left: String, right: String, isNewer: Bool) {
    #expect(ResourceVersion.isNewer(left, than: right) == isNewer)
    #expect(
      ResourceVersion.isNewer("184467440737095516150\(left)", than: "184467440737095516150\(right)")
        == (left.count == right.count ? isNewer : left.count > right.count))
    #expect(ResourceVersion.isNewer("", than: "1") == nil)
    #expect(ResourceVersion.isNewer("1", than: "-1") == nil)
  }
}
