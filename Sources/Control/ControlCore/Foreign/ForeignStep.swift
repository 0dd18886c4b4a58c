package import ControlModel

/// What an operation on a foreign sandbox wants next; pure, and the same after a core was killed in the middle.
package enum ForeignStep: Sendable, Hashable {
  case act(ForeignAction)
  /// Its effect is still to be seen.
  case wait
  case finish(Operation.Outcome)
  case purge

  /// `actedOn`: the pod, or the object itself, that was deleted for it already.
  package init(
    _ operation: Operation, on row: ForeignSession, _ sandbox: ForeignSandbox?, actedOn uid: String? = nil
  ) {
    guard let sandbox else {
      self = Self.ofGone(operation)
      return
    }
    let hasChanged =
      operation.generation.map { $0 != row.session.generation } ?? false || row.session.foreign != sandbox.mark
    if let step = Self.effect(of: operation, sandbox, actedOn: uid, hasChanged: hasChanged) {
      self = step
    } else if hasChanged {
      self = .finish(.failed("The sandbox has changed since it was looked at: look again, and ask again."))
    } else {
      self = Self.action(for: operation, sandbox)
    }
  }

  private static func ofGone(_ operation: Operation) -> ForeignStep {
    switch operation.kind {
    case .kill: .finish(.succeeded)
    case .purge: .purge
    default: .finish(.failed("The sandbox is gone."))
    }
  }

  /// `nil` while it is still to be brought about.
  private static func effect(
    of operation: Operation, _ sandbox: ForeignSandbox, actedOn uid: String?, hasChanged: Bool
  ) -> ForeignStep? {
    switch operation.kind {
    case .suspend: return sandbox.operatingMode == .suspended ? .finish(.succeeded) : nil
    case .resume: return sandbox.operatingMode == .running ? .finish(.succeeded) : nil
    case .kill: return sandbox.isDeleting || uid != nil ? .wait : nil
    case .restart:
      if let uid { return restarted(sandbox, uid) }
      // Asked of the cluster by a core that was killed then. The cluster's clock counts whole seconds.
      guard hasChanged, let pod = sandbox.pod else { return nil }
      return pod.createdAt.advanced(bySeconds: 1) > operation.requestedAt ? .finish(.succeeded) : nil
    default: return nil
    }
  }

  private static func restarted(_ sandbox: ForeignSandbox, _ uid: String) -> ForeignStep {
    if sandbox.operatingMode == .suspended { return .finish(.failed("The sandbox was suspended meanwhile.")) }
    return sandbox.pod.map { $0.uid != uid } ?? false ? .finish(.succeeded) : .wait
  }

  private static func action(for operation: Operation, _ sandbox: ForeignSandbox) -> ForeignStep {
    switch operation.kind {
    case .suspend: .act(.suspend)
    case .resume: .act(.resume)
    case .kill: .act(.kill)
    case .restart:
      sandbox.pod == nil ? .finish(.failed("The sandbox has no pod to restart.")) : .act(.restart)
    case .purge: .finish(.failed("The sandbox is still there: kill it first."))
    default: .finish(.failed("The sandbox is somebody else's: nobody can speak to its agent from here."))
    }
  }
}
