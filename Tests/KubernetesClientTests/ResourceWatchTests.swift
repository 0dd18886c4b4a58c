import ControlModel
import HTTPTransport
import LoopbackServer
import Testing

@testable import KubernetesClient

/// Quick enough for tests; the proportions are the real ones.
private var quick: WatchTiming {
  var timing = WatchTiming()
  timing.pace = RetryPace(first: .milliseconds(1), longest: .milliseconds(20))
  return timing
}

/// Reads until the log holds `last`, then lets go.
private func mirror(_ api: KubernetesAPI, until last: String, timing: WatchTiming = quick) async -> Mirror {
  var mirror = Mirror()
  for await changes in api.watch(Pod.self, in: "n", timing: timing) {
    mirror.apply(changes)
    if mirror.log.contains(last) { break }
  }
  return mirror
}

@Suite("Watch over HTTP", .timeLimit(.minutes(3)))
struct ResourceWatchTests {
  @Test("It lists, watches from there, and asks for bookmarks and an end")
  func asks() async throws {
    let server = try LoopbackAPI([
      LoopbackAPI.reply("200 OK", pageText(10, [podText("a", 1)])),
      LoopbackAPI.stream([eventText("ADDED", "b", 11)], ends: false),
    ])
    let mirror = try await mirror(server.api(), until: "+b@11")
    #expect(mirror.log == ["+a@1", "synced", "+b@11"])
    let query = server.requests[1].query
    #expect(server.requests[1].target == "GET /api/v1/namespaces/n/pods")
    #expect(query["watch"] == "true")
    #expect(query["allowWatchBookmarks"] == "true")
    #expect(query["resourceVersion"] == "10")
    #expect(Int(query["timeoutSeconds"] ?? "").map { (225...300).contains($0) } == true)
  }

  @Test("Whatever way streams break, each change is told once")
  func survives() async throws {
    let server = try LoopbackAPI([
      LoopbackAPI.breakOff(after: ""),
      LoopbackAPI.reply("200 OK", pageText(10, [podText("a", 1)])),
      // An event cut in two by the end of the stream.
      LoopbackAPI.stream([eventText("ADDED", "b", 11), String(eventText("ADDED", "c", 12).dropLast(9))]),
      // The same, without an end.
      LoopbackAPI.breakOff(after: eventText("ADDED", "c", 12) + "{\"type\""),
      LoopbackAPI.reply("429 Too Many Requests", "", headers: "Retry-After: 1\r\n"),
      LoopbackAPI.reply("401 Unauthorized", ""),
      LoopbackAPI.stream([]),
      LoopbackAPI.stream(["\r\n\r\n" + bookmarkText(13)]),
      LoopbackAPI.reply("200 OK", ""),
      LoopbackAPI.stream([errorText(410, reason: "Expired")]),
      LoopbackAPI.reply("503 Service Unavailable", "starting"),
      LoopbackAPI.reply("200 OK", pageText(20, [podText("b", 11)], continueToken: "t")),
      LoopbackAPI.reply("410 Gone", #"{"kind":"Status","code":410,"reason":"Expired"}"#),
      LoopbackAPI.reply("200 OK", pageText(21, [podText("b", 11), podText("c", 15)])),
      LoopbackAPI.reply("410 Gone", #"{"kind":"Status","code":410,"reason":"Expired"}"#),
      LoopbackAPI.reply("200 OK", "<html>not me</html>"),
      LoopbackAPI.reply("200 OK", pageText(22, [podText("b", 11), podText("c", 15)])),
      LoopbackAPI.stream(["\u{1}\u{2}garbage\n"]),
      LoopbackAPI.reply("200 OK", pageText(23, [podText("b", 11), podText("c", 15)])),
      LoopbackAPI.stream(Array(eventText("DELETED", "b", 24)).map { String($0) }, ends: false),
    ])
    let mirror = try await mirror(server.api(), until: "-b")
    #expect(
      mirror.log.filter { !["trouble", "recovered", "synced"].contains($0) } == [
        "+a@1", "+b@11", "+c@12", "~c@15", "-a", "-b",
      ])
    #expect(mirror.complaints.isEmpty)
    #expect(
      server.requests.compactMap { $0.query["resourceVersion"] } == [
        "10", "11", "12", "12", "12", "12", "13", "13", "21", "22", "23",
      ])
  }

  @Test("A stream that says nothing is given up after its time and taken up where it was")
  func silent() async throws {
    let server = try LoopbackAPI([
      LoopbackAPI.reply("200 OK", pageText(10, [])),
      LoopbackAPI.stream([bookmarkText(12)], ends: false),
      LoopbackAPI.stream([eventText("ADDED", "b", 13)], ends: false),
    ])
    var timing = quick
    timing.lifetime = .milliseconds(300)
    timing.grace = .milliseconds(200)
    let mirror = try await mirror(server.api(), until: "+b@13", timing: timing)
    #expect(mirror.log == ["synced", "+b@13"])
    #expect(server.requests[2].query["resourceVersion"] == "12")
  }

  @Test("A server that is away is told, waited for, and told again when it is back")
  func away() async throws {
    let port = try LoopbackServer { _ in }
    let url = port.url
    port.stop()
    let api = try KubernetesAPI(APIServerConnection(baseURL: url))
    var troubles = 0
    for await changes in api.watch(Pod.self, timing: quick) {
      for case .trouble(.transport(let error)) in changes {
        if case .unreachable = error { troubles += 1 }
      }
      if troubles > 2 { break }
    }
    #expect(troubles > 2)
  }

  @Test("A watch ends when its task is cancelled, while it waits for anything", arguments: [0, 1, 2])
  func cancelled(stage: Int) async throws {
    let answers: [LoopbackAPI.Answer] = [
      LoopbackAPI.reply("200 OK", pageText(10, [])), LoopbackAPI.stream([bookmarkText(11)], ends: false),
    ]
    let server = try LoopbackAPI(Array(answers.prefix(stage)) + [LoopbackAPI.silence()])
    let api = try server.api()
    let task = Task {
      var changes = 0
      for await batch in api.watch(Pod.self, timing: quick) { changes += batch.count }
      return changes
    }
    while server.requests.count < stage + (stage == 2 ? 0 : 1) { await Task.yield() }
    task.cancel()
    #expect(await task.value <= 1)
  }
}
