import ControlModel
import Logging

extension ControlCore {
  private static let importInterval = 30.0

  /// What is asked of no session is nobody's to carry out but whoever asked. One core of all sees to it that it ends.
  func keepImports() async {
    guard let store = store as? any ImportKeeper else { return }
    while !Task.isCancelled {
      if held.contains(0) {
        do throws(ControlFailure) { try await store.endLostImports() } catch {
          logger.warning("Imports that are over could not be ended", metadata: ["failure": "\(error)"])
        }
      }
      try? await Task.sleep(for: .seconds(held.contains(0) ? Self.importInterval : settings.interval))
    }
  }
}
