import ControlModel
import Logging

/// Asks the engine for its sandboxes, and passes on what it tells of them besides. Writing follows at its own pace: the
/// core never waits for it, and what changes meanwhile is written together.
actor SandboxObserver {
  /// Seconds between two rounds of reports, and between two signs of life.
  private static let pace = 0.5
  private static let statusInterval = 10.0

  private let engine: any SandboxEngine
  private let reporter: (any SandboxReporter)?
  private let store: (any SandboxReportStore)?
  private let holder: String
  private let logger: Logger
  private var written: [SessionID: SandboxReport] = [:]
  private var status: EngineStatus?
  private var statusWrittenAt: Timestamp?
  private var pending: [Sandbox]?
  private var isReporting = false
  /// `nil` while what the engine tells is up to date.
  private(set) var outage: EngineOutage?

  init(engine: any SandboxEngine, store: (any SandboxReportStore)?, holder: String, logger: Logger) {
    self.engine = engine
    reporter = engine as? any SandboxReporter
    self.store = store
    self.holder = holder
    self.logger = logger
  }

  /// All there are; told of is only what is this core's, for each has one core that writes about it.
  func sandboxes(telling slots: Set<Int> = SessionSlots.all) async throws(ControlFailure) -> [Sandbox] {
    do throws(ControlFailure) {
      let sandboxes = try await engine.sandboxes()
      note(await reporter?.status().trouble)
      report(sandboxes.filter { $0.session.map { slots.contains(SessionSlots.slot(of: $0)) } ?? false })
      return sandboxes
    } catch {
      note(error.summary)
      report([])
      throw error
    }
  }

  private func note(_ trouble: String?) {
    outage = trouble.map { EngineOutage(since: outage?.since ?? .now(), reason: $0) }
  }

  private func report(_ sandboxes: [Sandbox]) {
    guard store != nil, reporter != nil else { return }
    pending = sandboxes
    guard !isReporting else { return }
    isReporting = true
    Task { await work() }
  }

  private func work() async {
    while let sandboxes = pending {
      pending = nil
      do throws(ControlFailure) {
        try await writeStatus()
        try await writeReports(of: sandboxes)
      } catch {
        logger.warning("What the engine tells could not be written", metadata: ["failure": "\(error)"])
      }
      try? await Task.sleep(for: .seconds(Self.pace))
    }
    isReporting = false
  }

  private func writeReports(of sandboxes: [Sandbox]) async throws(ControlFailure) {
    guard let reporter, let store, !sandboxes.isEmpty else { return }
    let reports = await reporter.reports(of: sandboxes)
    let changed = reports.filter { written[$0.key] != $0.value }
    if !changed.isEmpty { try await store.writeReports(changed) }
    written = reports
  }

  private func writeStatus() async throws(ControlFailure) {
    guard let reporter, let store else { return }
    var status = await reporter.status()
    if let known = self.status, known.isAlike(status) { status.since = known.since }
    let now = Timestamp.now()
    let isDue = statusWrittenAt.map { now.seconds(since: $0) >= Self.statusInterval } ?? true
    guard isDue || status != self.status else { return }
    try await store.writeStatus(status, ofCore: holder)
    (self.status, statusWrittenAt) = (status, now)
  }
}

extension EngineStatus {
  /// A trouble that is put in other words is the same trouble.
  fileprivate func isAlike(_ other: EngineStatus) -> Bool {
    (trouble == nil) == (other.trouble == nil) && engine == other.engine && context == other.context
      && server == other.server
  }
}
