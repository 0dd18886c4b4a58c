import ControlModel
import ProcessIdentity

extension SandboxRecord {
  /// The sandbox as a port's reader sees it; `isAlive` says whether `process` still runs.
  func sandbox(isAlive: Bool, node: String, isRoot: Bool, frozen: Sandbox.Condition? = nil) -> Sandbox {
    var conditions = [ready(isAlive: isAlive)]
    if operatingMode == .suspended && !isAlive {
      conditions.append(condition("Suspended", true, "Suspended", "Its processes were ended; the volume is kept."))
    }
    if let finished = finished(isAlive: isAlive) { conditions.append(finished) }
    if let frozen { conditions.append(frozen) }
    conditions.append(limits)
    conditions.append(isolation(isRoot: isRoot))
    return Sandbox(
      reference: reference, session: request.session, generation: request.generation, operatingMode: operatingMode,
      conditions: conditions, node: node, createdAt: createdAt)
  }

  private func ready(isAlive: Bool) -> Sandbox.Condition {
    switch (operatingMode, phase) {
    case (.suspended, _): condition("Ready", false, "Suspended", "The sandbox is suspended.")
    case (.running, .preparing): condition("Ready", false, "WorkspacePreparing", "The workspace is being made ready.")
    case (.running, .failed): condition("Ready", false, "WorkspaceFailed", message)
    case (.running, .started) where isAlive: condition("Ready", true, "RunnerStarted", "")
    case (.running, .started), (.running, .stopped): condition("Ready", false, "RunnerExited", exited)
    }
  }

  private func finished(isAlive: Bool) -> Sandbox.Condition? {
    guard operatingMode == .running, !isAlive else { return nil }
    return switch phase {
    case .preparing: nil
    case .failed: condition("Finished", true, "WorkspaceFailed", message)
    case .started, .stopped: condition("Finished", true, "RunnerExited", exited)
    }
  }

  private var exited: String {
    "The runner\(process.map { " (process \($0.pid))" } ?? "") has ended."
  }

  private var limits: Sandbox.Condition {
    let asked = request.agent.spec.limits
    if asked.cpu == nil && asked.memory == nil && asked.processes == nil && asked.disk == nil {
      return condition("LimitsEnforced", true, "NoLimits", "The agent's declaration sets no limits.")
    }
    return unenforced.isEmpty
      ? condition("LimitsEnforced", true, "ControlGroups", "")
      : condition(
        "LimitsEnforced", false,
        unenforced.allSatisfy { $0.hasPrefix("disk limit") } ? "NoProjectQuota" : "NoControlGroup",
        unenforced.joined(separator: " "))
  }

  private func isolation(isRoot: Bool) -> Sandbox.Condition {
    isRoot
      ? condition("UserSeparated", true, "OwnUser", "")
      : condition("UserSeparated", false, "SameUser", EngineCapabilities.sameUser)
  }

  private func condition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) -> Sandbox.Condition {
    Sandbox.Condition(type: type, isTrue: isTrue, reason: reason, message: message, since: phaseSince)
  }
}
