import ControlModel
import Testing

/// Whatever an agent says, what is stored with every batch stays small.
@Suite struct ProjectionBoundTests {
  private func fold(_ drafts: some Sequence<EventDraft>) -> SessionProjection {
    var projection = SessionProjection()
    for (index, draft) in drafts.enumerated() {
      projection.apply(Event(seq: Int64(index + 1), time: Timestamp(microseconds: 1), content: draft))
    }
    return projection
  }

  private func request(_ call: String) -> EventDraft { EventDraft(.approvalRequest, "May I?", callID: call) }
  private func decision(_ call: String) -> EventDraft { EventDraft(.approvalDecision, "", callID: call) }
  private func size(_ projection: SessionProjection) -> Int { JSONValue.object(projection.json).text.utf8.count }

  @Test func ofThirtyThousandRequestsTheOldestAreListed() {
    let projection = fold((1...30_000).lazy.map { request("call-\($0)") })
    #expect(projection.openApprovals == (1...ClaimLimit.openApprovals).map { "call-\($0)" })
    #expect(projection.unlistedApprovals == Count(steps: 30_000 - ClaimLimit.openApprovals))
    #expect(size(projection) < 16 << 10)
    #expect(SessionProjection(json: projection.json) == projection)
  }

  @Test func aDecisionAboutOneThatIsNotListedCounts() {
    let requests = (1...300).map { request("call-\($0)") }
    let open = fold(requests + (2...300).map { decision("call-\($0)") })
    #expect(open.openApprovals == ["call-1"] && open.unlistedApprovals == 0 && open.activity == .approval)
    let unlisted = fold(requests + (1...256).map { decision("call-\($0)") })
    #expect(unlisted.openApprovals.isEmpty && unlisted.unlistedApprovals == 44 && unlisted.activity == .approval)
    let all = fold(requests + (1...300).map { decision("call-\($0)") })
    #expect(all.activity == .working && all.unlistedApprovals == 0)
  }

  /// Answered ones make room.
  @Test func whatIsAskedLaterIsListedWhenOthersAreAnswered() {
    let projection = fold((1...256).map { request("\($0)") } + [decision("7"), request("new")])
    #expect(projection.openApprovals.last == "new" && projection.openApprovals.count == 256)
    #expect(projection.unlistedApprovals == 0)
  }

  @Test func theEndOfATurnForgetsAll() {
    let projection = fold((1...300).map { request("\($0)") } + [EventDraft(.result, "done")])
    #expect(projection.openApprovals.isEmpty && projection.unlistedApprovals == 0 && projection.activity == .waiting)
  }

  @Test func whatIsAskedTwiceIsOne() {
    #expect(fold([request("a"), request("a")]).openApprovals == ["a"])
    #expect(fold([request("a"), request("a"), decision("a")]).activity == .working)
  }

  /// As the last release wrote it: all of them, whatever their length.
  @Test func aRowOfTheLastReleaseIsReadAndBecomesSmall() {
    let calls = (1...30_000).map { JSONValue.string("call-\($0)") } + [.string(String(repeating: "x", count: 100_000))]
    let row: JSONObject = [
      "lastSeq": 30_001, "activity": "approval", "openApprovals": .array(calls),
      "now": .string(String(repeating: "n", count: 1_000_000)),
    ]
    var projection = SessionProjection(json: row)
    #expect(projection.openApprovals.count == 256 && projection.openApprovals.first == "call-1")
    #expect(projection.unlistedApprovals == Count(steps: 30_001 - 256) && projection.activity == .approval)
    #expect(size(projection) < 16 << 10)
    projection.apply(Event(seq: 30_002, time: Timestamp(microseconds: 1), content: decision("call-1")))
    #expect(projection.openApprovals.count == 255 && projection.activity == .approval)
  }

  @Test func noIdAndNoLineIsLongerThanItsBound() {
    let long = String(repeating: "x", count: 1_000_000)
    let marks = "a" + String(repeating: "\u{301}", count: 1_000_000)
    let projection = fold([
      EventDraft(.lifecycle, "", name: "runtime.started", detail: ["runtimeSessionID": .string(long)]),
      EventDraft(.user, long), EventDraft(.toolCall, marks, callID: long, name: long), request(long),
      EventDraft(.error, marks), EventDraft(.approvalRequest, marks, callID: "b", name: long),
    ])
    #expect(size(projection) < 4 << 10)
    #expect(projection.openApprovals == ["b"] && projection.unlistedApprovals == 1)
    #expect(projection.runtimeSessionID == nil)
  }

  @Test func aReportOfAClusterIsStoredWithinItsBounds() {
    var report = SandboxReport(engine: "kubernetes", sandbox: "s", generation: 1)
    let long = String(repeating: "é", count: 1_000_000)
    report.image = long
    report.conditions = (1...5_000).map {
      Sandbox.Condition(type: "T\($0)", isTrue: true, reason: long, message: long, since: Timestamp(microseconds: 1))
    }
    report.events = (1...5_000).map {
      ClusterEvent(
        time: Timestamp(microseconds: Int64($0)), isWarning: true, reason: long, message: long, object: "Pod/a")
    }
    #expect(JSONValue.object(report.json).text.utf8.count < 1 << 20)
    #expect(SandboxReport(json: report.json).events.count == SandboxReport.mostEvents)
  }

  @Test func aRecordOfManyBlocksIsKeptOnce() {
    let raw = [UInt8](repeating: 0x20, count: 4_000)
    let few = [EventDraft](repeating: EventDraft(.assistant, "x"), count: 3).bearing(raw: raw)
    #expect(few.allSatisfy { $0.raw == raw })
    let many = [EventDraft](repeating: EventDraft(.assistant, "x"), count: 1_000).bearing(raw: raw)
    #expect(many.first?.raw == raw && many.dropFirst().allSatisfy(\.raw.isEmpty) && many.count == 1_000)
  }
}

@Suite struct NewestEntriesTests {
  @Test func theFirstThatCameGoes() {
    var entries = NewestEntries<Int, String>(limit: 3)
    for number in 1...5 { entries[number] = "\(number)" }
    #expect(entries.keys == [3, 4, 5] && entries.forgotten == 2 && entries[2] == nil)
    entries[3] = "three"
    entries[6] = "6"
    #expect(entries.keys == [4, 5, 6])
    #expect(entries.removeValue(forKey: 5) == "5" && entries.keys == [4, 6])
    entries[7] = "7"
    #expect(entries.keys == [4, 6, 7] && entries.forgotten == 3)
    entries[4] = nil
    entries[4] = "again"
    entries[8] = "8"
    #expect(entries.keys == [7, 4, 8])
  }

  /// As an agent does that begins and ends calls for years.
  @Test func comingAndGoingLeavesNothing() {
    var entries = NewestEntries<Int, Int>(limit: 100)
    let time = ContinuousClock().measure {
      for number in 0..<200_000 {
        entries[number] = number
        if number % 3 > 0 { entries[number - number % 50] = nil }
      }
    }
    #expect(entries.count <= 100 && entries.keys.count == entries.count)
    #expect(time < .seconds(60))
    var seen = NewestSet<String>(limit: 2)
    #expect(seen.insert("a") && !seen.insert("a") && seen.insert("b") && seen.insert("c"))
    #expect(!seen.contains("a") && seen.contains("c") && seen.remove("c") && seen.count == 1)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7])
  func aTextIsCutBetweenScalars(limit: Int) {
    let cut = "aé€😀".bounded(toBytes: limit)
    #expect(cut.utf8.count <= limit && "aé€😀".hasPrefix(cut) && limit - cut.utf8.count < 4)
    #expect("a\u{301}\u{301}".bounded(toBytes: 3) == "a\u{301}")
  }
}
