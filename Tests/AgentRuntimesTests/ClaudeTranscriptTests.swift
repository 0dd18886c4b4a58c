import AgentRuntimes
import ControlModel
import Testing
import TranscriptCorpus

/// The driver on records alone.
@Suite struct ClaudeTranscriptTests {
  private func driver() throws -> any RuntimeDriver {
    var driver = try RuntimeDrivers.make(.sample(runtime: .claudeCode))
    _ = driver.launch(at: .now())
    return driver
  }

  private func events(_ lines: [String]) throws -> [EventDraft] {
    var driver = try driver()
    return lines.flatMap { driver.receive(Array($0.utf8), from: .standardOutput, at: .now()).emitted }
  }

  @Test func whatIsNoCountIsSaidAndNotAdded() throws {
    var totals = ClaudeTotals()
    let spent = totals.add([
      "usage": ["input_tokens": "5", "output_tokens": 2, "cache_read_input_tokens": .null], "modelUsage": 7,
      "total_cost_usd": "1",
    ])
    #expect(spent.usage?.input == nil && spent.usage?.output == 2 && spent.usage?.cacheRead == 0 && spent.cost == nil)
    #expect(spent.disbelief.claims == [#"total_cost_usd "1""#, "modelUsage 7"])
    #expect(spent.usage?.disbelief.claims == [#"usage.input_tokens "5""#])
    let next = totals.add([
      "modelUsage": ["m": 5, "n": ["inputTokens": JSONValue(2.5), "outputTokens": 3, "costUSD": JSONValue(0.5)]]
    ])
    #expect(next.usage?.output == 3 && next.cost == nil)
    #expect(next.disbelief.claims == ["modelUsage.m 5", "modelUsage.n.inputTokens 2.5"])
  }

  @Test func everyRecordOfTheCorpusIsKeptAsItIs() throws {
    TranscriptCorpus.reportAbsence()
    for file in TranscriptCorpus.lineFiles("claude-stream-json") {
      var driver = try driver()
      for line in contents(of: file).split(separator: 0x0A).map(Array.init) {
        let actions = driver.receive(line, from: .standardOutput, at: .now())
        #expect(!actions.isEmpty, "\(file): \(String(decoding: line.prefix(200), as: UTF8.self))")
        let raws = actions.emitted.map(\.raw).filter { !$0.isEmpty }
        #expect(raws.allSatisfy { $0 == line || $0 == RawRecord.quoting(line) })
        #expect(!raws.isEmpty)
        #expect(
          !actions.emitted.contains { $0.name == "unknown" }, "\(String(decoding: line.prefix(300), as: UTF8.self))")
      }
    }
  }

  @Test func theCostOfARunIsItsLastTotal() throws {
    TranscriptCorpus.reportAbsence()
    for file in TranscriptCorpus.lineFiles("claude-stream-json") {
      let lines = contents(of: file).split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
      let results = try events(lines).filter { $0.kind == .result }
      let total = lines.compactMap { (try? JSONValue(parsing: $0))?["total_cost_usd"]?.doubleValue }.max()
      let counted = results.reduce(USD.zero) { $0 + ($1.cost ?? .zero) }
      #expect(abs(counted.dollars - (total ?? 0)) <= Double(results.count) / 1_000_000, "\(file)")
    }
  }

  @Test(arguments: [
    "", "not json", "{\"type\":\"assistant\"", "[1,2]", "42", "{}", #"{"type":7}"#, #"{"type":"assistant"}"#,
    #"{"type":"assistant","message":{"content":[]}}"#, #"{"type":"user","message":{"content":null}}"#,
    #"{"type":"result"}"#, #"{"type":"system"}"#, #"{"type":"control_response"}"#, #"{"type":"control_request"}"#,
    #"{"type":"command_lifecycle"}"#, #"{"type":"control_cancel_request"}"#, #"{"type":"tomorrow","text":"new"}"#,
    #"{"type":"assistant","message":{"content":[{"type":"hologram"}]}}"#,
  ])
  func aRecordThatIsNotWhatItShouldBeIsNeverLost(line: String) throws {
    let drafts = try events([line])
    #expect(!drafts.isEmpty)
    #expect(drafts.contains { (try? JSONValue(parsing: $0.raw)) != nil })
  }

  @Test func aBrokenLineBecomesAnErrorThatQuotesItAndSaysWhere() throws {
    let draft = try #require(try events([#"{"type":"assistant","mess"#]).first)
    #expect(draft.kind == .error)
    #expect(draft.text.contains("it ends too early at byte 25"))
    #expect(draft.text.contains(#"{"type":"assistant","mess"#))
    #expect(try JSONValue(parsing: draft.raw) == .string(#"{"type":"assistant","mess"#))
    var driver = try driver()
    let bytes = driver.receive([0xFF, 0xFE], from: .standardOutput, at: .now()).emitted
    #expect(try bytes.first.map { try JSONValue(parsing: $0.raw) } == ["base64": "//4="])
  }

  @Test func aLineThatIsCutAtAnyByteYieldsOneEventAndStopsNothing() throws {
    let line = Array(
      #"{"type":"assistant","message":{"id":"m1","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls \ud83d\ude00 ü"}}]}}"#
        .utf8)
    var driver = try driver()
    for end in line.indices {
      let drafts = driver.receive(Array(line[..<end]), from: .standardOutput, at: .now()).emitted
      #expect(drafts.count == 1)
      #expect(drafts.allSatisfy { (try? JSONValue(parsing: $0.raw)) != nil })
    }
    let drafts = driver.receive(line, from: .standardOutput, at: .now()).emitted
    #expect(drafts.first { $0.kind == .toolCall }?.text == "ls 😀 ü")
  }

  @Test func totalsThatGoDownBelongToANewProcess() throws {
    func result(_ cost: String, _ tokens: Int) -> String {
      #"{"type":"result","is_error":false,"result":"","total_cost_usd":\#(cost),"modelUsage":{"m":{"inputTokens":\#(tokens)}}}"#
    }
    let drafts = try events([result("0.5", 10), result("0.75", 15), result("0.1", 3), result("0.1", 3)])
      .filter { $0.kind == .result }
    #expect(drafts.map(\.cost) == [500_000, 250_000, 100_000, 0].map { USD(micros: $0) })
    #expect(drafts.map(\.usage?.input) == [10, 5, 3, 0])
  }

  @Test func anAPIErrorIsAFailedTurnThoughItsSubtypeSaysSuccess() throws {
    let drafts = try events([
      #"{"type":"result","subtype":"success","is_error":true,"result":"API Error: 401","terminal_reason":"api_error"}"#
    ])
    #expect(drafts.last?.kind == .result)
    #expect(drafts.last?.isError == true)
    #expect(drafts.last?.text == "API Error: 401")
  }

  @Test func imagesInResultsAreNamed() throws {
    let drafts = try events([
      #"{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"see"},{"type":"image","source":{"data":"AAAA"}}]}]}}"#
    ])
    #expect(drafts.first?.text == "see\n[image]")
  }

  @Test(arguments: [
    ("Bash", #"{"command":"swift test","description":"Run"}"#, "swift test"),
    ("Read", #"{"file_path":"/a/b.swift","limit":3}"#, "/a/b.swift"),
    ("Grep", #"{"pattern":"TODO","path":"/a"}"#, "TODO in /a"),
    ("Task", #"{"description":"Count files","prompt":"…"}"#, "Count files"),
    ("mcp__x__y", #"{"a":1}"#, #"{"a":1}"#),
    ("Bash", #"{}"#, "{}"),
  ])
  func aToolCallReadsAsItsMainArgument(name: String, input: String, text: String) throws {
    let drafts = try events([
      #"{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"\#(name)","input":\#(input)}]}}"#
    ])
    let call = try #require(drafts.first { $0.kind == .toolCall })
    #expect(call.text == text)
    #expect(call.name == name)
  }

  @Test func aWithdrawnRequestIsNoLongerOpen() throws {
    var driver = try driver()
    let asked = driver.receive(
      Array(
        #"{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{"command":"ls"},"tool_use_id":"t1"}}"#
          .utf8),
      from: .standardOutput, at: .now())
    #expect(asked.emitted.last?.kind == .approvalRequest)
    let gone = driver.receive(
      Array(#"{"type":"control_cancel_request","request_id":"r1"}"#.utf8), from: .standardOutput, at: .now())
    #expect(gone.emitted.last?.kind == .approvalDecision)
    #expect(gone.emitted.last?.callID == "t1")
    let decision = ApprovalDecision(id: .make(at: .now()), callID: "t1", verdict: .allow, reason: nil, actor: "x")
    #expect(throws: ControlFailure.self) { try driver.decide(decision, at: .now()) }
  }

  @Test func aRequestThatIsNotOfferedIsAnsweredWithARefusal() throws {
    var driver = try driver()
    let actions = driver.receive(
      Array(#"{"type":"control_request","request_id":"r1","request":{"subtype":"mcp_message"}}"#.utf8),
      from: .standardOutput, at: .now())
    let answer = try #require(actions.written.first)
    #expect(answer.contains(#""request_id":"r1""#))
    #expect(answer.contains(#""subtype":"error""#))
  }
}

extension [RuntimeAction] {
  var emitted: [EventDraft] {
    compactMap { action in
      if case .emit(let draft) = action { draft } else { nil }
    }
  }

  var written: [String] {
    compactMap { action in
      if case .write(let bytes) = action { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
  }

  var exit: EventDraft? {
    for case .emit(let draft) in self where draft.name == "runtime.exited" { return draft }
    return nil
  }
}
