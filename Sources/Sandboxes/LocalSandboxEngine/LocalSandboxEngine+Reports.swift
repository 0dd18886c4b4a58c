package import ControlModel
import ProcessIdentity

extension LocalSandboxEngine: SandboxReporter {
  package func reports(of sandboxes: [Sandbox]) async -> [SessionID: SandboxReport] {
    var reports: [SessionID: SandboxReport] = [:]
    for sandbox in sandboxes {
      guard let session = sandbox.session else { continue }
      let paths = paths(of: session)
      guard let record = load(paths) else { continue }
      var report = SandboxReport(engine: name, sandbox: record.name, generation: record.request.generation)
      report.context = machine.node
      report.node = sandbox.node
      report.volume = paths.volume
      report.process = Int64(record.process?.pid ?? 0)
      report.processStart = Int64(clamping: record.process?.startTime ?? 0)
      report.log = paths.log
      report.conditions = sandbox.conditions
      reports[session] = report
    }
    return reports
  }

  package func status() async -> EngineStatus {
    var status = EngineStatus(engine: name, context: machine.node, since: .now())
    if let disk = await room.pressure.status, disk.level > .ample { status.disk = disk.rounded }
    return status
  }
}
