import ControlModel
import Volumes

/// The limit of a workspace: the file system's own where it has one, else what is counted (`RoomWatch`).
extension LocalSandboxEngine {
  static let noQuota = "it, its mount or the kernel has no project quotas"
  static let notRoot = "only root sets project quotas"
  static let instead = "The core counts what a workspace takes, and freezes its agent beyond the limit."

  /// Files are few where they are as large as usual; this many for each byte are none that an agent needs.
  private static let bytesOfFile: Int64 = 1024
  private static let leastFiles: Int64 = 10_000

  /// Why it is not enforced; `nil` where it is, or where there is no limit.
  func limitWorkspace(of agent: Agent, _ paths: SessionPaths) -> String? {
    let quota = ProjectQuota(folder: paths.volume)
    guard let limit = agent.spec.limits.disk else {
      try? quota.lift()
      return nil
    }
    let obstacle: String
    do throws(ProjectQuota.Failure) {
      guard machine.isRoot else { throw .notPermitted }
      let bytes = limit.written { $0 }
      let files = max(Self.leastFiles, bytes / Self.bytesOfFile)
      try quota.set(bytes: bytes, files: files, preferring: Self.number(of: paths.session))
      return nil
    } catch {
      obstacle =
        switch error {
        case .unsupported: Self.noQuota
        case .notPermitted: Self.notRoot
        case .failed(let number): systemFailure("set the quota of", paths.volume, number: number).summary
        }
    }
    return "disk limit not enforced by the file system: \(obstacle). \(Self.instead)"
  }

  /// Where the search for a free number begins: FNV-1a of the session's id.
  private static func number(of session: SessionID) -> UInt32 {
    session.text.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
