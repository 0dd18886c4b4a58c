import ConsoleUI
import ControlModel
import TerminalCore
import Testing

@Suite struct SandboxViewTests {
  private static func ago(_ seconds: Double) -> Timestamp { Fixture.now.advanced(bySeconds: -seconds) }

  private static func event(
    _ seconds: Double, _ reason: String, _ message: String, object: String = "Pod/fixer-00000002",
    isWarning: Bool = false, count: Count = 1
  ) -> ClusterEvent {
    ClusterEvent(
      time: ago(seconds), isWarning: isWarning, reason: reason, message: message, object: object, count: count)
  }

  private static var report: SandboxReport {
    var report = SandboxReport(engine: "kubernetes", sandbox: "fixer-00000002", generation: 3)
    report.context = "prod-eks"
    report.server = "https://10.0.0.1:6443"
    report.namespace = "paddock-engineering"
    report.pod = "fixer-00000002"
    report.container = "agent"
    report.node = "ip-10-0-3-7.eu-central-1.compute.internal"
    report.image = "registry.example.com/agents/claude-code:2.0.31"
    report.volume = "workspace-fixer-00000002"
    report.conditions = [
      .init(
        type: "Ready", isTrue: false, reason: "ImagePullBackOff",
        message: "ImagePullBackOff: Back-off pulling image \"registry.example.com/agents/claude-code:2.0.31\"",
        since: ago(95)),
      .init(type: "PodScheduled", isTrue: true, reason: "", message: "", since: ago(130)),
    ]
    report.events = [
      event(12, "BackOff", "Back-off pulling image", isWarning: true, count: 7),
      event(40, "Failed", "Failed to pull image: \u{1B}[31mmanifest unknown", isWarning: true, count: 3),
      event(130, "Scheduled", "Successfully assigned paddock-engineering/fixer-00000002 to ip-10-0-3-7"),
      event(131, "SandboxCreated", "Created the pod.", object: "Sandbox/fixer-00000002"),
    ]
    return report
  }

  private func user(_ columns: Int, _ rows: Int, _ report: SandboxReport? = Self.report) -> Operator {
    var user = Operator(columns, rows)
    user.press("home")
    user.press("down D")
    let stored = report.map { StoredSandboxReport(report: $0, writtenAt: Self.ago(4)) }
    user.happen(.reportLoaded(user.state.list.selected ?? Fixture.id(2), stored))
    return user
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func aSandboxIsDescribed(columns: Int, rows: Int) throws {
    try Screens.expect(user(columns, rows).surface(), "sandbox-\(columns)x\(rows)")
  }

  @Test func allOfItCanBeReadOnASmallScreen() {
    var user = user(80, 24)
    #expect(!user.screen.contains("Created the pod."))
    for _ in 0..<10 { user.press("pgdn") }
    #expect(user.screen.contains("Created the pod."))
    #expect(user.screen.contains("As the core told it 4s ago."))
    user.press("home")
    #expect(user.screen.contains("kubernetes"))
    user.press("esc")
    #expect(!user.screen.contains("Sandbox of"))
  }

  @Test func nothingToldIsSaid() {
    #expect(user(120, 40, nil).screen.contains("No core has told anything of this sandbox yet"))
  }

  @Test func whatALocalSandboxHasIsShown() {
    var report = SandboxReport(engine: "local", sandbox: "fixer-00000002", generation: 1)
    report.context = "build-7"
    report.node = "build-7"
    report.process = 4711
    report.volume = "/var/lib/paddock/sessions/x/volume"
    let screen = user(120, 40, report).screen
    #expect(screen.contains("host        build-7"))
    #expect(screen.contains("process     4711"))
    #expect(!screen.contains("Cluster events"))
  }

  @Test func itIsReadAnewWhenItsSessionChanges() {
    var user = user(120, 40)
    let session = user.state.list.selected ?? Fixture.id(2)
    user.effects = []
    user.happen(.storeChanged(.sessions([Fixture.id(5)])))
    #expect(!user.effects.contains(.loadReport(session)))
    user.happen(.storeChanged(.sessions([session])))
    #expect(user.effects.contains(.loadReport(session)))
  }

  @Test func theHeaderSaysHowTheClusterIs() {
    var user = Operator(120, 40)
    user.happen(.engineChanged(EngineStatus(engine: "kubernetes", context: "prod-eks", since: Self.ago(600))))
    #expect(user.screen.contains("prod-eks ●"))
    user.happen(
      .engineChanged(
        EngineStatus(engine: "kubernetes", context: "prod-eks", trouble: "No route.", since: Self.ago(125))))
    #expect(user.screen.contains("✗ prod-eks for 2m: "))
    user.happen(.engineChanged(EngineStatus(engine: "local", context: "build-7", since: Self.ago(600))))
    #expect(!user.screen.contains("build-7"))
  }

  private func local(_ level: DiskLevel? = nil) -> EngineStatus {
    var status = EngineStatus(engine: "local", context: "build-7", since: Self.ago(600))
    status.disk = level.map {
      DiskStatus(
        level: $0, place: "/data\u{1B}[31m", free: 41_943_040, total: 524_288_000, since: Self.ago(60), frozen: 2)
    }
    return status
  }

  @Test func theHeaderSaysThatTheDiskIsNearlyFullAndWhoFillsIt() {
    var user = Operator(220, 40)
    let session = Fixture.sessions[0]
    let use = DiskUse(session: session.id, team: session.team, folder: 314_572_800, history: 1)
    user.happen(.engineChanged(local(.nearlyFull), uses: [use]))
    let title = session.title.prefix(12)
    #expect(user.screen.contains("✗ disk nearly full: 40 MiB left, \(session.team)/\(title)"), "\(user.screen)")
    #expect(user.screen.contains("takes 300 MiB") && user.screen.contains("need you"))
    user.happen(.engineChanged(local(.exhausted), uses: []))
    #expect(user.screen.contains("✗ disk full: 40 MiB left"))

    // A database that takes nothing tells nothing new: what was known stays.
    user.happen(.engineChanged(nil))
    #expect(user.screen.contains("✗ disk full"))
    user.happen(.engineChanged(local()))
    #expect(!user.screen.contains("disk"))
  }

  @Test func aNarrowHeaderSaysItToo() {
    var user = Operator(80, 24)
    user.happen(.engineChanged(local(.atReserve)))
    #expect(user.screen.contains("✗ disk 40 MiB"), "\(user.screen)")
    let session = Fixture.sessions[0]
    let use = DiskUse(session: session.id, team: session.team, folder: 314_572_800, history: 1)
    user.happen(.engineChanged(local(.atReserve), uses: [use]))
    let header = user.screen.split(separator: "\n").first ?? ""
    #expect(header.contains("✗ disk 40 MiB, \(session.team)/\(session.title.prefix(12))"), "\(header)")
    #expect(header.contains(/![0-9]+ ●[0-9]+/), "\(header)")
  }
}
