import ControlCore
import ControlModel
import Logging
import SessionHistory

extension Stores {
  /// For a core. Beside others, one that needs another schema than an older one at work waits for that one's end, so
  /// that a Deployment can roll on; alone, it is told what to do.
  static func openForCore(
    _ installation: Installation, _ choice: EngineChoice, _ logger: Logger, _ meter: CoreMeter
  ) async throws -> Stores {
    var isTold = false
    while true {
      meter.turned()
      do throws(ControlFailure) {
        return try await open(installation, schema: .migrated, as: .core)
      } catch {
        guard choice.engine == .kubernetes, error.code == .refused else { throw error }
        if !isTold { logger.notice("\(error.summary) This core waits until that one has ended.") }
        isTold = true
      }
      try await Task.sleep(for: .seconds(2))
    }
  }
}
