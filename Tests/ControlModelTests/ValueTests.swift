import ControlModel
import Testing

@Suite struct ValueTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00.000000Z", 0), ("2024-02-29T23:59:59.999999Z", 1_709_251_199_999_999),
    ("1969-12-31T23:59:59.000000Z", -1_000_000), ("2100-03-01T00:00:00.000000Z", 4_107_542_400_000_000),
  ])
  func timestampsRoundTrip(text: String, microseconds: Int64) throws {
    #expect(Timestamp(microseconds: microseconds).description == text)
    #expect(Timestamp(text)?.microseconds == microseconds)
  }

  @Test func timestampsReadWhatAgentsWrite() {
    #expect(Timestamp("2025-01-20T20:29:32.176175")?.description == "2025-01-20T20:29:32.176175Z")
    #expect(Timestamp("2025-01-20T20:29:32+02:00")?.description == "2025-01-20T18:29:32.000000Z")
    #expect(Timestamp("2025-01-20T20:29:32.1234567Z")?.description == "2025-01-20T20:29:32.123456Z")
    #expect(Timestamp("yesterday") == nil)
    #expect(Timestamp("2024-02-29T00:00:00Z")?.description == "2024-02-29T00:00:00.000000Z")
    #expect(Timestamp("2016-12-31T23:59:60Z")?.description == "2017-01-01T00:00:00.000000Z")
    for text in [
      "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
      "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
      "2026-01-01T24:30:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:61Z",
      "2026-01-01T00:00:00+99:99", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00-01:60", "2026-01-01T00:00:00+",
      "2026-01-01T00:00:00+05:", "2026-01-01T00:00:00+5",
      "2026-01-01T00:00:00.Z", "0000-01-01T00:00:00Z", "2026-01-01T00:00:00ZZ",
    ] {
      #expect(Timestamp(text) == nil, "\(text)")
    }
  }

  @Test func identifiersSortByAge() throws {
    let early = SessionID.make(at: Timestamp(microseconds: 1_000_000))
    let late = SessionID.make(at: Timestamp(microseconds: 2_000_000_000_000_000))
    #expect(early < late)
    #expect(SessionID(early.text.uppercased()) == early)
    #expect(SessionID("1234") == nil)
  }

  @Test(arguments: ["", "-a", "a-", "A", "a_b", "a.b", "ä", String(repeating: "a", count: 49)])
  func resourceNamesAreLabels(text: String) {
    #expect(throws: ControlFailure.self) { try ResourceName(text) }
  }

  @Test func dollarsAreExact() {
    let third = USD(dollars: 0.1) + USD(dollars: 0.2)
    #expect(third == USD(micros: 300_000))
    #expect(USD(micros: 1_924_999).description == "$1.92")
    #expect(USD(micros: -5_000) == .zero)
  }

  @Test func eventLinesRoundTrip() throws {
    let draft = EventDraft(
      .toolCall, "rm -rf \u{1B}[31m build\n", callID: "c", parentCallID: "p", name: "Bash", isError: true,
      messageID: "m",
      usage: TokenUsage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4), cost: USD(micros: 5), duration: 6,
      detail: ["stop": "x"], raw: Array(#"{ "b":1.0, "a":"\u0000"}"#.utf8))
    let event = Event(seq: 7, time: Timestamp(microseconds: 1), content: draft)
    let line = EventLine.encode(event)
    #expect(line.last == 10 && line.dropLast().allSatisfy { $0 >= 0x20 })
    #expect(try EventLine.decode(line) == event)
  }

  @Test func agentSpecsNameWhatIsWrong() throws {
    let json = try JSONValue(
      parsing: #"{"runtime":"claude-code","limits":{"cpu":"500m","memory":"1Gi","idleTimeout":"30m","budgetUSD":5}}"#)
    let spec = try AgentSpec(json: json.objectValue ?? [:])
    #expect(spec.limits == .init(cpu: 0.5, memory: 1_073_741_824, budget: USD(dollars: 5), idleTimeout: 1800))
    #expect(try AgentSpec(json: spec.json) == spec)
    for (text, path) in [
      (#"{"runtime":"cobol"}"#, "spec.runtime"), ("{}", "spec.runtime"),
      (#"{"runtime":"exec","limits":{"memory":"lots"}}"#, "spec.limits.memory"),
      (#"{"runtime":"exec","netwerk":"host"}"#, "spec.netwerk"),
      (#"{"runtime":"exec","limits":{"journal":{"rows":1}}}"#, "spec.limits.journal.rows"),
    ] {
      #expect { try AgentSpec(json: JSONValue(parsing: text).objectValue ?? [:]) } throws: {
        ($0 as? ControlFailure)?.summary.contains(path) ?? false
      }
    }
  }

  @Test func boundsOfAJournalAreDeclaredEachByItself() throws {
    let text = #"{"runtime":"exec","limits":{"journal":{"events":"100k","bytesPerMinute":"1.5Mi"}}}"#
    let spec = try AgentSpec(json: JSONValue(parsing: text).objectValue ?? [:])
    let bounds = JournalBounds(events: 100_000, bytesPerMinute: 1_572_864)
    #expect(spec.limits.journal == bounds)
    #expect(try AgentSpec(json: spec.json) == spec)
    #expect(bounds.orElse(.standard).eventsPerMinute == 36_000 && bounds.orElse(.standard).events == 100_000)
    func declared(_ name: String, _ value: String) throws -> JournalBounds? {
      let value = DeclaredValue(.scalar(text: value, value: .string(value)), line: 3)
      let journal = DeclaredValue(.map([.init(name: name, value: value)]), line: 2)
      let limits = DeclaredValue(.map([.init(name: "journal", value: journal)]), line: 2)
      let runtime = DeclaredValue(.scalar(text: "codex", value: "codex"), line: 1)
      return try AgentSpec(
        declared: DeclaredValue(
          .map([.init(name: "runtime", value: runtime), .init(name: "limits", value: limits)]), line: 1)
      ).limits.journal
    }
    #expect(try declared("eventsPerMinute", "5k") == JournalBounds(eventsPerMinute: 5_000))
    for (name, value) in [
      ("events", "0"), ("events", "1.5"), ("events", "-1"), ("bytes", "512m"), ("bytes", "0"), ("bytes", "9e99"),
      ("eventsPerMinute", "many"), ("events", "1e300"), ("events", ""),
      ("events", "59"), ("eventsPerMinute", "1"), ("bytes", "1023Ki"), ("bytesPerMinute", "1"),
    ] {
      #expect { try declared(name, value) } throws: {
        ($0 as? ControlFailure)?.summary.contains("'spec.limits.journal.\(name)' (line 3)") ?? false
      }
    }
  }

  @Test func aBudgetThatTheRuntimeCannotKeepIsWarnedOf() {
    let limits = AgentSpec.Limits(budget: USD(dollars: 5))
    #expect(AgentSpec(runtime: .codex, limits: limits).warnings.first?.contains("limits.budgetUSD") == true)
    #expect(AgentSpec(runtime: .claudeCode, limits: limits).warnings.isEmpty)
    #expect(AgentSpec(runtime: .codex).warnings.isEmpty)
  }

  /// A row may hold any text where the runtime's own record should be.
  @Test(arguments: ["{", "", "nan", "{} {}", String(repeating: "[", count: 100_000), "a\nb", "{\"a\":1}", "\"\""])
  func aStoredRecordSpoilsNoAnswer(_ raw: String) throws {
    var event = Event(seq: 1, time: Timestamp(microseconds: 1_700_000_000_000_000), content: EventDraft(.output, "x"))
    event.content.raw = Array(raw.utf8)
    let line = EventLine.encode(stored: event)
    let value = try JSONValue(parsing: line)
    let isJSON = (try? JSONValue(parsing: Array(raw.utf8))) != nil
    if isJSON || raw.isEmpty {
      #expect(line == EventLine.encode(event))
    } else {
      #expect(value["raw"]?.stringValue == raw)
    }
  }
}
