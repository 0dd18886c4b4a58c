package import ControlModel

extension ForeignSandbox {
  /// What its session is shown as. `activity`: as far as its log tells.
  package func state(_ activity: SessionProjection.Activity, reason: String = "") -> DerivedState {
    if isDeleting { return DerivedState(.finished, "is being deleted") }
    if operatingMode == .suspended { return DerivedState(.suspended, pod == nil ? "" : "ending its processes") }
    if let finished = condition("Finished"), finished.isTrue {
      return DerivedState(pod?.hasFailed ?? finished.reason.hasSuffix("Failed") ? .failed : .finished, finished.message)
    }
    guard let ready = condition("Ready"), ready.isTrue else {
      return DerivedState(.starting, condition("Ready")?.message ?? "")
    }
    return switch activity {
    case .waiting: DerivedState(.waiting, reason)
    // Nobody can answer from here.
    case .approval: DerivedState(.waiting, "asks its owner for approval")
    case .idle, .starting, .working, .finished, .failed: DerivedState(.working)
    }
  }

  var desired: DesiredState { operatingMode == .running ? .running : .suspended }
}
