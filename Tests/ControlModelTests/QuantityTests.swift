import ControlModel
import SeededNumbers
import Testing

@Suite struct QuantityTests {
  @Test func aDisbelievedClaimIsShortWhateverItsCharacters() {
    var disbelief = Disbelief()
    disbelief.note("usage", "a" + String(repeating: "\u{301}", count: 100_000))
    #expect(disbelief.claims.count == 1 && disbelief.claims.allSatisfy { $0.utf8.count <= 80 })
  }

  @Test(arguments: [
    ("0", 0), ("1", 1), ("12.9", nil), ("0.5", nil), ("12.0", 12), ("1.5e3", 1500),
    ("1000000000000", 1_000_000_000_000), ("1000000000001", nil),
    ("-1", nil), ("-0.5", nil), ("9223372036854775807", nil), ("-9223372036854775808", nil), ("1e308", nil),
    ("1e400", nil), ("-1e400", nil), ("123456789012345678901234567890", nil), ("0.1e-400", 0),
  ])
  func aClaimOfTokensIsBelievedOrUnknown(text: String, tokens: Int64?) {
    var disbelief = Disbelief()
    #expect(disbelief.count("usage.input", .number(text)) == tokens.map { TokenCount(steps: $0) })
    #expect(disbelief.claims == (tokens == nil ? ["usage.input \(text)"] : []))
  }

  @Test(arguments: [
    ("0.02", 20_000), ("1000000", 1_000_000_000_000), ("1000000.01", nil), ("-3", nil), ("1e300", nil),
    ("0.0000004", 0),
  ])
  func aClaimOfMoneyIsBelievedOrUnknown(text: String, micros: Int64?) {
    var disbelief = Disbelief()
    let cost: USD? = disbelief.take("costUSD", .number(text))
    #expect(cost == micros.map { USD(micros: $0) })
    #expect(disbelief.isEmpty == (micros != nil))
  }

  @Test func whatIsNoNumberIsNoClaim() {
    var disbelief = Disbelief()
    #expect(disbelief.count("a", nil) == .zero && disbelief.count("b", .null) == .zero)
    #expect(disbelief.take("c", nil, as: USD.self) == nil && disbelief.take("d", .null, as: Milliseconds.self) == nil)
    #expect(disbelief.object("e", nil) == nil && disbelief.object("f", .null) == nil)
    #expect(disbelief.isEmpty)
    #expect(TokenCount(claim: .nan) == nil && USD(claim: .infinity) == nil && Milliseconds(claim: -.infinity) == nil)
  }

  @Test func whatStandsInANumbersPlaceIsUnknownAndSaid() {
    var disbelief = Disbelief()
    #expect(disbelief.count("a", "5") == nil && disbelief.count("b", [1]) == nil && disbelief.count("c", true) == nil)
    #expect(disbelief.take("d", ["x": 1], as: USD.self) == nil && disbelief.object("e", 5) == nil)
    #expect(disbelief.claims == [#"a "5""#, "b […]", "c true", "d {…}", "e 5"])
    #expect(TokenUsage(claim: "u", .null) { _ in .zero } == nil)
    let usage = TokenUsage(claim: "u", "7") { _ in .zero }
    #expect(usage?.input == nil && usage?.total == .zero && usage?.disbelief.claims == [#"u "7""#])
  }

  @Test(arguments: [
    ("budgetUSD", "0.0000001"), ("budgetUSD", "1e-400"), ("cpu", "0.0001"), ("cpu", "0"), ("memory", "0.4"),
    ("memory", "400m"), ("disk", "1e-3"), ("processes", "0.4"), ("processes", "1e-400"), ("idleTimeout", "1e-9"),
    ("idleTimeout", "0"),
  ])
  func aLittleIsNotDeclaredToBeNothing(_ name: String, _ text: String) throws {
    let value = DeclaredValue(.scalar(text: text, value: .number(text)), line: 9)
    let limits = DeclaredValue(.map([.init(name: name, value: value)]), line: 8)
    let runtime = DeclaredValue(.scalar(text: "codex", value: "codex"), line: 2)
    let failure = try #require(throws: ControlFailure.self) {
      try AgentSpec(
        declared: DeclaredValue(.map([.init(name: "runtime", value: runtime), .init(name: "limits", value: limits)])))
    }
    #expect(failure.summary.hasPrefix("'spec.limits.\(name)' (line 9) must be "), "\(failure.summary)")
  }

  @Test func nothingMayBeDeclaredToBeSpent() throws {
    for text in ["0", "0.00", "0e3"] {
      let json = try JSONValue(parsing: #"{"runtime":"exec","command":["x"],"limits":{"budgetUSD":\#(text)}}"#)
      #expect(try AgentSpec(declared: DeclaredValue(json)).limits.budget == 0)
    }
    // A former version took it in.
    let stored = try JSONValue(
      parsing: #"{"runtime":"codex","limits":{"budgetUSD":0.0000001,"idleTimeout":0.0000001}}"#)
    #expect(try AgentSpec(json: try #require(stored.objectValue)).limits.budget == 0)
  }

  /// What is written of a declaration is read back as it was, however often: sums of halves are seldom decimals.
  @Test func whatIsDeclaredIsReadBackAsItWas() throws {
    for hundredths in Set(1...2000).union([6407, 99_999, 418]) {
      let text = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
      let declared = try AgentSpec(
        declared: DeclaredValue(
          try JSONValue(
            parsing: #"{"runtime":"exec","command":["x"],"limits":{"cpu":\#(text),"budgetUSD":\#(text)}}"#)))
      #expect(declared.limits.budget == USD(micros: Int64(hundredths) * 10_000))
      #expect(declared.limits.cpu?.written { $0 } == Int64(hundredths) * 10)
      #expect(try AgentSpec(json: declared.json) == declared, "\(text)")
    }
  }

  @Test func sumsEndAtTheBoundsWhateverIsAdded() {
    let seed = SeededNumbers.seed(of: "QuantityTests")
    var random = SeededNumbers(seed)
    var (tokens, cost, time) = (TokenCount.zero, USD.zero, Milliseconds.zero)
    for _ in 0..<10_000 {
      let number = Int64(bitPattern: random.next())
      tokens = Bool.random(using: &random) ? tokens + TokenCount(steps: number) : tokens - TokenCount(steps: number)
      cost += USD(micros: number)
      time = time + Milliseconds(seconds: Double(bitPattern: random.next()))
      #expect(tokens >= 0 && tokens <= TokenCount(steps: Int64.max), "seed \(seed)")
      #expect(cost <= USD(micros: .max) && time <= Milliseconds(steps: Int64.max), "seed \(seed)")
    }
    #expect(cost == USD(micros: .max))
    #expect(TokenCount(steps: UInt64.max) == TokenCount(steps: Int64.max) && TokenCount(steps: Int64.min) == 0)
    #expect(USD(dollars: .nan) == 0 && USD(dollars: .infinity) == USD(micros: .max))
  }

  @Test func totalsOfFormerVersionsAreReadWithinTheirBounds() {
    let text =
      #"{"lastSeq":9223372036854775807,"generation":9223372036854775807,"turns":-5,"costMicroUSD":-3000000,"#
      + #""lastEventAt":"9999-12-31T23:59:59Z","tokens":{"input":9223372036854775807,"output":1e300,"cacheRead":-1}}"#
    let json = try? JSONValue(parsing: text).objectValue
    var projection = SessionProjection(json: json ?? [:])
    #expect(projection.lastSeq == EventNumber.last && projection.turns == 0 && projection.cost == 0)
    #expect(projection.tokens.total == TokenCount(steps: Int64.max))
    for _ in 0..<3 {
      let usage = TokenUsage(input: TokenCount(steps: Int64.max), output: 1)
      projection.apply(
        Event(
          seq: projection.lastSeq + 1, time: .now(),
          content: EventDraft(.user, "", usage: usage, cost: USD(micros: .max), duration: 1)))
    }
    #expect(projection.tokens.total == TokenCount(steps: Int64.max) && projection.generation + 1 > 0)
    #expect(SessionProjection(json: projection.json) == projection)
  }

  /// A runner of a former version wrote down whatever was claimed.
  @Test func aJournalLineIsReadWithoutWhatNobodyBelieves() throws {
    let line =
      #"{"seq":4,"time":"9999-01-01T00:00:00Z","kind":"result","text":"a","usage":{"input":9223372036854775807,"output":2},"#
      + #""costMicroUSD":-3000000,"durationMS":1e300,"detail":{"a":1},"raw":{"usage": 9223372036854775807}}"#
    let event = try EventLine.decode(Array(line.utf8))
    #expect(event.content.usage == TokenUsage(input: nil, output: 2))
    #expect(event.content.cost == nil && event.content.duration == nil)
    #expect(event.time == Timestamp.believable.upperBound)
    #expect(
      event.content.disbelief.claims == [
        "usage.input 9223372036854775807", "costMicroUSD -3000000", "durationMS 1e300",
        "time 9999-01-01T00:00:00.000000Z",
      ])
    #expect(event.content.detail["a"] == 1)
    #expect(event.content.raw == Array(#"{"usage": 9223372036854775807}"#.utf8))
    #expect(try EventLine.decode(EventLine.encode(event)) == event)
    let late = #"{"seq":9223372036854775807,"time":"2026-01-01T00:00:00Z","kind":"user","text":""}"#
    #expect(throws: EventLineError.outOfBounds("seq")) { try EventLine.decode(Array(late.utf8)) }
  }

  @Test func claimsThatAreSaidAreFewAndShort() throws {
    var disbelief = Disbelief()
    for number in 0..<100 { disbelief.note("\(number)", String(repeating: "9", count: 1000)) }
    var draft = EventDraft(.result, "")
    draft.tell(disbelief)
    draft.tell(disbelief)
    #expect(draft.disbelief.claims.count == 16 && draft.disbelief.claims.allSatisfy { $0.count <= 80 })
  }

  @Test func noMomentIsBeyondTheCalendar() {
    let (first, last) = (Timestamp(microseconds: .min), Timestamp(microseconds: .max))
    #expect(first.description == "0001-01-01T00:00:00.000000Z" && last.description == "9999-12-31T23:59:59.999999Z")
    #expect(Timestamp(first.description) == first && Timestamp(last.description) == last)
    #expect(last.advanced(bySeconds: .infinity) == last && last.advanced(bySeconds: 1) == last)
    #expect(first.advanced(bySeconds: -1e300) == first && first.advanced(bySeconds: .nan) == first)
    #expect(last.seconds(since: first) > 0)
    #expect(SessionID.make(at: first) < SessionID.make(at: last))
  }

  @Test func storedLimitsOfFormerVersionsStayReadable() throws {
    let text = #"{"runtime":"exec","limits":{"cpu":100000000000000,"memory":0,"processes":0,"budgetUSD":1e12}}"#
    let spec = try AgentSpec(json: JSONValue(parsing: text).objectValue ?? [:])
    #expect(spec.limits == .init(cpu: 100_000, memory: 1, processes: 1, budget: USD(micros: .max)))
    #expect(try AgentSpec(json: spec.json) == spec)
  }
}
