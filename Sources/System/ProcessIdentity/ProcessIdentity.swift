/// Names one process beyond doubt. A process id is given again sooner or later; together with the moment the process
/// started and the boot it started in, it is not.
package struct ProcessIdentity: Sendable, Hashable {
  package var pid: Int32
  /// Clock ticks since the boot: field 22 of `/proc/PID/stat`.
  package var startTime: UInt64
  package var bootID: String

  package init(pid: Int32, startTime: UInt64, bootID: String) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
  }

  /// The process of that id now; `nil` when there is none, or only its unreaped remains.
  package init?(of pid: Int32) {
    guard let status = ProcessStatus(of: pid), !status.isDead else { return nil }
    self.init(pid: pid, startTime: status.startTime, bootID: Self.currentBootID)
  }

  package static let currentBootID: String = {
    let text = readText("/proc/sys/kernel/random/boot_id") ?? ""
    return String(text.prefix { $0 != "\n" })
  }()

  package var isAlive: Bool { ProcessIdentity(of: pid) == self }
}
