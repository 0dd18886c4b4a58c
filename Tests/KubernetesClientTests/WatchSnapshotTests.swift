import ControlModel
import HTTPTransport
import KubernetesTestSupport
import Testing

@testable import KubernetesClient

/// The first list of a watch, read as it arrives.
@Suite struct WatchSnapshotTests {
  private static let list = """
    {"apiVersion": "v1", "items" : [ {"a": "],}{\\"["}, {"b": [1, {"items": []}], "c": "\\\\"} ,{}\n], \
    "metadata": {"resourceVersion": "12", "items": [1, 2]}}
    """

  @Test func itemsAreCutOutWhereverThePiecesEnd() throws {
    let bytes = Array(Self.list.utf8)
    for size in [1, 2, 3, 7, 64, bytes.count] {
      var (framing, items) = (ListFraming(), [JSONValue]())
      for start in stride(from: 0, to: bytes.count, by: size) {
        let piece = Array(bytes[start..<min(start + size, bytes.count)])
        items += try framing.append(piece).map { try JSONValue(parsing: $0) }
      }
      #expect(items == [["a": "],}{\"["], ["b": [1, ["items": []]], "c": "\\"], [:]])
      let envelope = try JSONValue(parsing: framing.envelope)
      #expect(envelope["items"] == [])
      #expect(envelope["metadata"] == ["resourceVersion": "12", "items": [1, 2]])
    }
  }

  @Test(arguments: [#"{"items":[],"metadata":{}}"#, #"{"metadata":{},"items":null}"#, #"{"metadata":{"items":[3]}}"#])
  func aListWithoutItemsHasNone(_ text: String) throws {
    var framing = ListFraming()
    #expect(try framing.append(Array(text.utf8)).isEmpty)
    #expect(framing.envelope == Array(text.utf8))
  }

  @Test func anItemThatNeverEndsIsRefused() {
    var framing = ListFraming(maximumLength: 100)
    #expect(throws: ItemTooLong.self) {
      for _ in 0..<10 { _ = try framing.append(Array(#"{"items":[{"a":"0123456789"#.utf8)) }
    }
  }

  private func begun() -> WatchRun {
    var run = WatchRun()
    run.machine = PodWatch(beginsWithSnapshot: true)
    #expect(run.machine.next() == .snapshot)
    run.open()
    return run
  }

  @Test func theSnapshotIsToldAsItArrivesAndWatchedFromItsEnd() throws {
    var run = begun()
    run.receive(#"{"kind":"PodList","items":["# + podText("a", 1) + ",")
    #expect(run.mirror.versions == ["a": "1"])
    run.receive(podText("b", 2) + #"],"metadata":{"resourceVersion":"10"}}"#)
    #expect(run.mirror.log == ["+a@1", "+b@2"])
    run.mirror.apply(run.machine.ended(at: run.now))
    #expect(run.mirror.log.last == "synced")
    #expect(!run.machine.isReading)
    #expect(run.machine.next() == .watch(resourceVersion: "10"))
  }

  @Test func aSnapshotThatBreaksOffIsFollowedByAListOfThisMoment() throws {
    for isClosed in [true, false] {
      var run = begun()
      run.receive(#"{"items":["# + podText("a", 1) + "," + podText("b", 2) + ",")
      if isClosed {
        run.mirror.apply(run.machine.ended(at: run.now))
      } else {
        run.mirror.apply(run.machine.failed(.transport(.closedEarly(endpoint: "server")), at: run.now))
      }
      #expect(run.action() == .list(limit: 500, continueToken: nil))
      try run.list(10, [podText("b", 2), podText("c", 3)])
      #expect(run.mirror.versions == ["b": "2", "c": "3"])
      #expect(run.action() == .watch(resourceVersion: "10"))
    }
  }

  @Test func aServerWithoutASnapshotIsAskedForAList() {
    var run = WatchRun()
    run.machine = PodWatch(beginsWithSnapshot: true)
    run.fail(400)
    #expect(run.action() == .list(limit: 500, continueToken: nil))
  }

  @Test func anItemOfASnapshotThatIsNoJSONLeadsToAList() throws {
    var run = begun()
    run.receive(#"{"items":[{"a":1 2},"#)
    #expect(run.action() == .list(limit: 500, continueToken: nil))
  }

  @Test func aRealServersSnapshotIsWholeAndWatchedOn() async throws {
    let space = try await TemporaryNamespace(QuietCluster.shared().api())
    for index in 0..<40 { _ = try await space.api.create(space.sandbox("s\(index)")) }
    var seen: Set<String> = []
    var isSynced = false
    for await changes in space.api.watch(
      AgentsV1Beta1.Sandbox.self, in: space.name, timing: .init(beginsWithSnapshot: true))
    {
      for change in changes {
        switch change {
        case .added(let sandbox): #expect(seen.insert(sandbox.name).inserted)
        case .synced:
          isSynced = true
          _ = try await space.api.create(space.sandbox("later"))
        default: Issue.record("\(change)")
        }
      }
      if isSynced, seen.count == 41 { break }
    }
    #expect(seen.contains("later") && seen.contains("s0") && seen.contains("s39"))
  }
}
