import ControlModel
import Logging

/// A turn that has gone on for a while is not cut short because a machine is emptied.
extension SessionController {
  /// Seconds before a hold that could not be written is tried again.
  private static let holdPause = 30.0

  /// Nothing else of the session waits for it.
  func keepHold() {
    guard let engine = dependencies.engine as? any DisruptionGuard, !isPurged, holding == nil else { return }
    // With its sandbox goes what held it.
    guard let sandbox else { return hold = nil }
    if let holdRetryAt, holdRetryAt > .now { return }
    if var hold, case let wasHeld = hold.isHeld {
      hold.follow(managed.projection, at: .now())
      if hold.isHeld == wasHeld {
        self.hold = hold
        return
      }
    }
    holding = Task {
      await writeHold(of: sandbox, by: engine)
      holding = nil
    }
  }

  private func writeHold(of sandbox: Sandbox, by engine: any DisruptionGuard) async {
    do throws(ControlFailure) {
      var hold = if let hold { hold } else { TurnHold(since: try await engine.heldSince(sandbox)) }
      hold.follow(managed.projection, at: .now())
      try checkNotStopped()
      try await engine.setHeld(hold.isHeld, sandbox)
      (self.hold, holdRetryAt) = (hold, nil)
    } catch {
      holdRetryAt = .now + .seconds(Self.holdPause)
      dependencies.logger.debug(
        "A sandbox cannot be held where it is", metadata: ["session": "\(id)", "failure": "\(error)"])
    }
  }
}
