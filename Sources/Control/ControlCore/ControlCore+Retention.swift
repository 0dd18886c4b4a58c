import ControlModel
import Logging

extension ControlCore {
  /// Rows of one step: a fraction of a second, so that recording never waits longer for a session's row.
  private static let stepRows = 5_000

  /// One core of all applies what teams have set, in small steps with pauses between.
  func keepTerms() async {
    guard let store = store as? any RetentionStore else { return }
    while !Task.isCancelled {
      if held.contains(0) {
        do throws(ControlFailure) {
          try await store.prepareMonths()
          try await applyTerms(store)
        } catch {
          logger.warning("What is past its term could not be removed", metadata: ["failure": "\(error)"])
        }
      }
      try? await Task.sleep(for: .seconds(held.contains(0) ? settings.retentionInterval : settings.interval))
    }
  }

  private func applyTerms(_ store: any RetentionStore) async throws(ControlFailure) {
    while held.contains(0), !Task.isCancelled, let removed = try await store.retain(limit: Self.stepRows) {
      logger.info("Removed what is past its term", metadata: ["what": "\(removed)"])
      try? await Task.sleep(for: .milliseconds(50))
    }
  }
}
