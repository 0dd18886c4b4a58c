import ControlModel
import Testing

@Suite struct SandboxReportTests {
  @Test func aReportIsReadAsItWasWritten() {
    var report = SandboxReport(engine: "local", sandbox: "fixer-1", generation: 3)
    report.context = "host"
    report.volume = "/var/lib/paddock/v"
    report.process = 4711
    report.log = "/l"
    report.conditions = [
      .init(type: "Ready", isTrue: false, reason: "R", message: "m", since: Timestamp(microseconds: 1))
    ]
    #expect(SandboxReport(json: report.json) == report)
  }

  @Test func whatAnotherVersionLeftOutIsEmpty() {
    let report = SandboxReport(json: ["sandbox": "s", "events": [["reason": "Pulled"], "x"], "conditions": 1])
    #expect(report.sandbox == "s")
    #expect(report.events.map(\.reason) == ["Pulled"])
    #expect(report.conditions.isEmpty)
  }

  @Test func aStatusIsReadAsItWasWritten() {
    for trouble in [nil, "No route."] {
      let status = EngineStatus(
        engine: "kubernetes", context: "kind", server: "s", trouble: trouble, since: Timestamp(microseconds: 7))
      #expect(EngineStatus(json: status.json) == status)
    }
  }
}
