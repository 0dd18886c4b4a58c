import AgentRuntimes
import ControlModel
import Testing

/// The driver on records alone.
@Suite struct CodexTranscriptTests {
  private func driver() throws -> any RuntimeDriver {
    var driver = try RuntimeDrivers.make(.sample(runtime: .codex))
    _ = driver.launch(at: .now())
    _ = driver.receive(
      Array(#"{"id":"start","result":{"thread":{"id":"T"},"model":"m"}}"#.utf8), from: .standardOutput, at: .now())
    return driver
  }

  private func actions(_ lines: [String]) throws -> [RuntimeAction] {
    var driver = try driver()
    return lines.flatMap { driver.receive(Array($0.utf8), from: .standardOutput, at: .now()) }
  }

  @Test(arguments: [
    "", "not json", "{\"method\":\"item/sta", "[1,2]", "42", "{}", #"{"method":7}"#, #"{"method":"item/started"}"#,
    #"{"method":"item/completed","params":{"item":{"type":"hologram","id":"h"}}}"#, #"{"method":"turn/started"}"#,
    #"{"method":"turn/completed"}"#, #"{"method":"turn/completed","params":{"turn":[]}}"#, #"{"method":"error"}"#,
    #"{"method":"thread/tokenUsage/updated"}"#, #"{"method":"serverRequest/resolved"}"#, #"{"method":"tomorrow"}"#,
    #"{"id":9}"#, #"{"id":"nobody","result":{}}"#, #"{"id":1,"method":"item/fileChange/requestApproval"}"#,
    #"{"id":"interrupt-1","error":{"code":-32600,"message":"no active turn to interrupt"}}"#,
  ])
  func aRecordThatIsNotWhatItShouldBeIsNeverLost(line: String) throws {
    let drafts = try actions([line]).emitted
    #expect(!drafts.isEmpty)
    #expect(drafts.contains { $0.raw == Array(line.utf8) || $0.raw == RawRecord.quoting(Array(line.utf8)) })
    #expect(drafts.allSatisfy { $0.raw.isEmpty || (try? JSONValue(parsing: $0.raw)) != nil })
  }

  @Test func aBrokenLineBecomesAnErrorThatQuotesItAndSaysWhere() throws {
    let draft = try #require(try actions([#"{"method":"item/sta"#]).emitted.first)
    #expect(draft.kind == .error)
    #expect(draft.text.contains("it ends too early at byte 19"))
    #expect(draft.text.contains(#"{"method":"item/sta"#))
  }

  @Test func aMethodNobodyHeardOfIsShownAsUnknown() throws {
    let draft = try #require(try actions([#"{"method":"tomorrow/came","params":{"a":1}}"#]).emitted.first)
    #expect(draft.kind == .output)
    #expect(draft.name == "unknown")
    #expect(draft.text == #"tomorrow/came: {"a":1}"#)
  }

  @Test func aLineThatIsCutAtAnyByteYieldsOneEventAndStopsNothing() throws {
    let line = Array(
      #"{"method":"item/completed","params":{"threadId":"T","item":{"type":"agentMessage","id":"a","text":"ü \ud83d\ude00"}}}"#
        .utf8)
    var driver = try driver()
    for end in line.indices {
      #expect(driver.receive(Array(line[..<end]), from: .standardOutput, at: .now()).emitted.count == 1)
    }
    let drafts = driver.receive(line, from: .standardOutput, at: .now()).emitted
    #expect(drafts.map(\.text) == ["ü 😀"])
    #expect(drafts.map(\.kind) == [.assistant])
  }

  @Test func totalsAreCountedByWhatTheyGrow() throws {
    func record(_ total: Int, _ last: Int, turn: String = "U") -> String {
      #"{"method":"thread/tokenUsage/updated","params":{"threadId":"T","turnId":"\#(turn)","tokenUsage":{"total":{"inputTokens":\#(total)},"last":{"inputTokens":\#(last)}}}}"#
    }
    let begin = #"{"method":"turn/started","params":{"threadId":"T","turn":{"id":"U"}}}"#
    let drafts = try actions([begin, record(10, 10), record(10, 10), record(35, 15), record(5, 5)]).emitted
    #expect(drafts.filter { $0.name == "codex.usage" }.map { $0.usage?.input } == [10, nil, 25, 5])
  }

  @Test func aSubAgentsEventsCarryTheCallThatStartedItAndDoNotEndTheTurn() throws {
    let drafts = try actions([
      #"{"method":"item/completed","params":{"threadId":"T","item":{"type":"collabAgentToolCall","id":"c1","tool":"spawnAgent","status":"completed","receiverThreadIds":["S"]}}}"#,
      #"{"method":"item/completed","params":{"threadId":"S","item":{"type":"agentMessage","id":"a","text":"below"}}}"#,
      #"{"method":"turn/completed","params":{"threadId":"S","turn":{"id":"V","status":"completed"}}}"#,
    ]).emitted
    #expect(drafts.filter { $0.parentCallID == "c1" }.map(\.kind) == [.assistant, .lifecycle])
    #expect(!drafts.contains { $0.kind == .result })
  }

  @Test func aFailedTurnIsAnErrorWithItsMessage() throws {
    let draft = try #require(
      try actions([
        #"{"method":"turn/completed","params":{"threadId":"T","turn":{"id":"U","status":"failed","error":{"message":"No luck"},"durationMs":7}}}"#
      ]).emitted.last)
    #expect(draft.kind == .result)
    #expect(draft.isError)
    #expect(draft.text == "No luck")
    #expect(draft.duration == 7)
  }

  @Test(arguments: [
    (#"/bin/bash -lc 'swift test'"#, "swift test"), ("/bin/bash -lc ls", "ls"),
    (#"/bin/bash -lc \"touch 'a b' && echo \\\"it's\\\" \"'$HOME'"#, #"touch 'a b' && echo "it's" $HOME"#),
    ("/bin/bash -lc 'ls' ; rm -rf /", "/bin/bash -lc 'ls' ; rm -rf /"), ("python3 -c 'x'", "python3 -c 'x'"),
    ("ls", "ls"),
  ])
  func aCommandIsShownWithoutItsShell(command: String, text: String) throws {
    let line =
      #"{"method":"item/started","params":{"threadId":"T","item":{"type":"commandExecution","id":"c","command":"\#(command)"}}}"#
    #expect(try actions([line]).emitted.first?.text == text)
  }

  @Test func aRequestThatNoLongerWaitsIsWithdrawn() throws {
    var driver = try driver()
    func take(_ line: String) -> [RuntimeAction] {
      driver.receive(Array(line.utf8), from: .standardOutput, at: .now())
    }
    let asked = take(
      #"{"id":0,"method":"item/commandExecution/requestApproval","params":{"itemId":"c","threadId":"T","command":"ls"}}"#
    )
    #expect(asked.emitted.last?.kind == .approvalRequest)
    #expect(driver.state == .approval)
    let gone = take(#"{"method":"serverRequest/resolved","params":{"threadId":"T","requestId":0}}"#)
    #expect(gone.emitted.last?.kind == .approvalDecision)
    #expect(gone.emitted.last?.callID == "c")
    let decision = ApprovalDecision(id: .make(at: .now()), callID: "c", verdict: .allow, reason: nil, actor: "x")
    #expect(throws: ControlFailure.self) { try driver.decide(decision, at: .now()) }
  }

  @Test func aQuestionIsAnsweredById() throws {
    var driver = try driver()
    let asked = driver.receive(
      Array(
        #"{"id":4,"method":"item/tool/requestUserInput","params":{"itemId":"q","threadId":"T","turnId":"U","isBlocking":true,"questions":[{"id":"colour","header":"C","question":"Which?","options":[{"label":"Red","description":""},{"label":"Blue","description":""}]}]}}"#
          .utf8), from: .standardOutput, at: .now())
    #expect(asked.emitted.first?.text == "Which? (Red / Blue)")
    #expect(asked.emitted.first?.detail["options"] == ["Red", "Blue"])
    let decision = ApprovalDecision(id: .make(at: .now()), callID: "q", verdict: .allow, reason: "Green", actor: "x")
    let answer = try driver.decide(decision, at: .now()).written
    #expect(answer == [#"{"id":4,"result":{"answers":{"colour":{"answers":["Green"]}}}}"# + "\n"])
    #expect(try driver.decide(decision, at: .now()).isEmpty)
  }

  @Test func aRequestThatIsNotOfferedIsAnsweredWithARefusal() throws {
    let actions = try actions([#"{"id":"r","method":"item/tool/call","params":{}}"#])
    #expect(actions.written.first?.contains(#""code":-32601"#) == true)
    #expect(actions.emitted.count == 1)
  }
}
