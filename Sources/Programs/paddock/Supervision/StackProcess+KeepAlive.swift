import ControlModel
import Logging

extension StackProcess {
  /// Until the task is cancelled: each of the two that watch starts the other again.
  func keepAlive(_ logger: Logger) async {
    var revival = Revival()
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(3))
      guard !Task.isCancelled else { return }
      guard wasLost else {
        revival.sawAlive(at: .now())
        continue
      }
      guard revival.sawGone("", at: .now()) == .start else { continue }
      do throws(ControlFailure) {
        try start()
        logger.warning("The supervisor was gone and is started again")
      } catch {
        logger.warning("The supervisor is gone and cannot be started", metadata: ["failure": "\(error.summary)"])
      }
    }
  }
}
