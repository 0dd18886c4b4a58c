import ControlCore
import CoreEndpoint
import Testing

@Suite struct MetricTextTests {
  @Test func aNameIsExplainedOnceBeforeItsSamples() {
    let text = MetricText.render([
      MetricFamily(
        "jobs", .gauge, "Jobs by state.", [.init(2, [.init("state", "a")]), .init(0.5, [.init("state", "b")])]),
      MetricFamily("done_total", .counter, "Done.", 7),
    ])
    #expect(
      text == """
        # HELP jobs Jobs by state.
        # TYPE jobs gauge
        jobs{state="a"} 2
        jobs{state="b"} 0.5
        # HELP done_total Done.
        # TYPE done_total counter
        done_total 7

        """)
  }

  @Test func whatWouldEndAValueOrALineIsEscaped() {
    let label = MetricFamily.Label("path", #"C:\a "b""# + "\nc\r\nd")
    let text = MetricText.render([MetricFamily("x", .gauge, "a\\b\n\"c\"", [.init(1, [label, .init("z", "ü")])])])
    #expect(
      text == """
        # HELP x a\\\\b\\n"c"
        # TYPE x gauge
        x{path="C:\\\\a \\"b\\"\\nc\r\\nd",z="ü"} 1

        """)
  }

  @Test(arguments: [(Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e19, "1e+19"), (-3, "-3")])
  func numbersAreWrittenAsTheFormatHasThem(_ value: Double, _ text: String) {
    #expect(MetricText.render([MetricFamily("x", .gauge, "", [.init(value)])]).hasSuffix("\nx \(text)\n"))
  }

  @Test func eachBucketOfAHistogramHoldsThoseBeforeIt() {
    var reading = CoreReading()
    for delay in [-4, 0.01, 0.3, 0.3, 1000] { reading.delays.add(delay) }
    let text = MetricText.render(reading.metrics(version: "1", engine: "local"))
    let lines = Set(text.split(separator: "\n").map(String.init))
    let name = "paddock_core_recording_delay_seconds"
    #expect(lines.contains("\(name)_bucket{le=\"0.05\"} 2"))
    #expect(lines.contains("\(name)_bucket{le=\"0.25\"} 2"))
    #expect(lines.contains("\(name)_bucket{le=\"0.5\"} 4"))
    #expect(lines.contains("\(name)_bucket{le=\"600\"} 4"))
    #expect(lines.contains("\(name)_bucket{le=\"+Inf\"} 5"))
    #expect(lines.contains("\(name)_count 5"))
  }

  @Test func everySampleBelongsToANameThatIsExplainedOnce() {
    let families = CoreReading().metrics(version: "1", engine: "local") + ProcessMetrics.read()
    #expect(Set(families.map(\.name)).count == families.count)
    for family in families {
      #expect(!family.help.isEmpty)
      #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
    }
    #expect(families.contains { $0.name == "process_resident_memory_bytes" && ($0.samples.first?.value ?? 0) > 1e6 })
  }
}
