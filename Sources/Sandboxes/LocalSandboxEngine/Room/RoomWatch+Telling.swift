import ControlModel
import ProcessIdentity
import RunnerClient

/// An agent is frozen by its cgroup at once. Its runner is told, too: it journals that its agent is paused and why, ends it
/// without letting it go on, and stops it by itself where this machine has no cgroup for it.
extension RoomWatch {
  /// Seconds that a runner has for its answer, and until one that gave none is told again.
  private static let patience = 1.0
  private static let mostAtOnce = 16
  /// Of a runner that may have heard or not: it is told whatever is right now.
  private static let unknown = ""

  private enum Answer {
    case none
    /// It is of an earlier release, whose runners do not pause agents.
    case cannot
    case heard(isPaused: Bool)
  }

  func rest(_ record: SandboxRecord) {
    if freezer.freeze(record) { return }
    guard let runner = record.process, deaf.contains(runner) else { return }
    ProcessTree.stopDescendants(of: runner.pid)
  }

  /// What a core that is gone has told its runner is not known: it is told anew.
  func isFoundAtRest(_ record: SandboxRecord) -> Bool {
    guard let runner = record.process else { return false }
    told[runner] = Self.unknown
    if !freezer.hasGroup(of: record) { deaf.insert(runner) }
    return freezer.isFrozen(record)
  }

  func forget(except living: Set<ProcessIdentity>) {
    told = told.filter { living.contains($0.key) }
    deaf.formIntersection(living)
  }

  /// Of what is new alone, and of one thing after the other; what did not reach a runner it is told at a later look.
  func tell(_ record: SandboxRecord, _ reason: Rest?) {
    guard let runner = record.process, told[runner] != reason?.reason, telling.count < Self.mostAtOnce,
      telling.insert(runner).inserted
    else { return }
    let path = SessionPaths(dataDirectory: dataDirectory, session: record.request.session).socket(of: record)
    let message = reason?.message(pressure.status)
    Task {
      let answer = await Self.pause(path, token: record.token, because: message)
      take(answer, of: record, runner, reason)
      if case .none = answer { try? await Task.sleep(for: .seconds(Self.patience)) }
      telling.remove(runner)
      // It may be otherwise by now.
      listAt = .now
    }
  }

  private func take(_ answer: Answer, of record: SandboxRecord, _ runner: ProcessIdentity, _ reason: Rest?) {
    var isPaused = false
    switch answer {
    case .none: (told[runner], isPaused) = (Self.unknown, true)
    case .cannot: told[runner] = reason?.reason
    case .heard(let still): (told[runner], isPaused) = (reason?.reason, still)
    }
    if reason != nil {
      if case .heard = answer { return }
      guard !freezer.hasGroup(of: record) else { return }
      deaf.insert(runner)
      rest(record)
    } else if !isPaused, deaf.remove(runner) != nil, ProcessTree.areDescendantsStopped(of: runner.pid) {
      ProcessTree.resumeDescendants(of: runner.pid)
    }
  }

  /// By a client of its own: what the engine is at may take as long as it likes.
  private static func pause(_ path: String, token: String, because reason: String?) async -> Answer {
    let question = Task { () async -> Answer in
      do throws(ControlFailure) {
        let runner = try RunnerClient(unixSocket: path, token: token)
        try await runner.pause(for: .disk, because: reason)
        return .heard(isPaused: reason == nil ? try await runner.status().pauses?.isEmpty == false : true)
      } catch {
        return [.notFound, .unsupported].contains(error.code) ? .cannot : .none
      }
    }
    let alarm = Task {
      try? await Task.sleep(for: .seconds(patience))
      question.cancel()
    }
    defer { alarm.cancel() }
    return await question.value
  }
}
