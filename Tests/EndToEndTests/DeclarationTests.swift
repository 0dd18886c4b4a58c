import ControlModel
import PaddockProgram
import Testing

/// What stands in a declaration is what the agent gets, or is refused with the place.
@Suite(.serialized) struct DeclarationTests {
  /// Texts that YAML 1.1, or a reader of numbers, takes for something else.
  private static let texts = [
    "NO", "on", "yes", "off", "1.10", "01234", "12e3456", "12:30:45", "2026-11-28", "0x1F",
    "123456789012345678901234567890", "1e3", "True", ".inf", "1_000", "y", "n",
  ]

  @Test func anEnvironmentVariableIsTheTextThatStandsThere() async throws {
    try await PaddockInstallation.run { paddock in
      let variables = Self.texts.enumerated().map { "  X_\($0.offset): \($0.element)" }.joined(separator: "\n")
      let script = #"env | grep ^X_ | sort -t_ -k2 -n; echo "$0 $1"; echo "{\"kind\":\"result\",\"text\":\"up\"}"; cat"#
      try await paddock.apply(
        agent: "norway", "runtime: exec\ncommand: [/bin/sh, -c, '\(script)', yes, 0o17]\nenv:\n\(variables)")
      let id = try await paddock.start(agent: "norway")
      try await paddock.wait(for: id, toHave: "its result") { $0.kind == .result }
      let lines = try await paddock.events(of: id).filter { $0.kind == .output }.flatMap {
        $0.text.split(separator: "\n").map(String.init)
      }
      #expect(lines == Self.texts.enumerated().map { "X_\($0.offset)=\($0.element)" } + ["yes 0o17"])
    }
  }

  @Test(arguments: [
    ("limits: { memory: 512m }", "spec.limits.memory"), ("limits: { processes: 0.5 }", "spec.limits.processes"),
    ("limits: { cpu: 100000000000000 }", "spec.limits.cpu"), ("limits: { memory: -1 }", "spec.limits.memory"),
    ("command: []", "spec.command"), ("command: [a]\nenv: { '': x }", "spec.env"),
    ("command: [a]\nenv: { LD_PRELOAD: /x.so }", "spec.env.LD_PRELOAD' (line 7)"),
    ("command: [a]\nlimits: { memory: 1 }", "at least 16777216 bytes"),
    (#"env: { A: "a\0b" }"#, "spec.env"), (#"command: [sh, "a\0b"]"#, "spec.command"),
    (
      "a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        + "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        + "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]",
      "more than 100000 values"
    ),
    ("a: " + String(repeating: "[", count: 100_000), "is nested too deep (line 6)"),
    (
      "a: &a '\(String(repeating: "x", count: 100_000))'\nb: [\(Array(repeating: "*a", count: 50).joined(separator: ", "))]",
      "4194304 bytes"
    ),
  ])
  func whatCannotBeMeantIsRefusedWithItsPlace(spec: String, named: String) async throws {
    let indented = spec.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    let declaration = """
      apiVersion: paddock.dev/v1
      kind: Agent
      metadata: { team: platform, name: x }
      spec:
        runtime: exec
      \(indented)

      """
    // Read before anything else is looked for.
    let run = try await PaddockInstallation(directory: "/tmp/paddock-not-there").paddock(
      "agent", "apply", "-f", "-", input: declaration)
    #expect(run.status == 2 && run.errors.contains(named), "\(run.errors)")
    #expect(run.errors.utf8.count < 2_000)
  }
}
