import ControlModel
import TerminalCore

/// Ways into sandboxes.
extension ConsoleRuntime {
  func openTerminal(_ request: TerminalRequest) {
    openTasks += 1
    Task {
      let effect = ConsoleEffect.openTerminal(request)
      do throws(ControlFailure) {
        let session = try await performer.open(request, size: TerminalSize(device.size))
        finish(effect, await visit(session, request))
      } catch {
        finish(effect, .failed(error, during: effect))
      }
    }
  }

  /// Given up, it is closed as soon as it is there.
  private func visit(_ session: any TerminalSession, _ request: TerminalRequest) async -> ConsoleEvent? {
    guard !hasEnded, state.awaits(request) else {
      await session.close()
      return nil
    }
    let visit = TerminalVisit(session, on: device)
    self.visit = visit
    let outcome = await visit.run()
    self.visit = nil
    return .terminalEnded(request, outcome)
  }

  func followLog(of session: SessionID, _ number: Int) {
    logTask?.cancel()
    logTask = Task {
      do {
        let log = try await performer.log(of: session)
        // A log that is empty so far is open all the same.
        receive(.logLines(number, []))
        for try await lines in log {
          if Task.isCancelled { return }
          receive(.logLines(number, lines))
        }
        receive(.logEnded(number, nil))
      } catch {
        let failure = error as? ControlFailure ?? ControlFailure(.internalError, "The log cannot be read: \(error)")
        receive(.logEnded(number, failure))
      }
    }
  }
}

extension EffectPerformer {
  @concurrent func open(
    _ request: TerminalRequest, size: TerminalSize
  ) async throws(ControlFailure) -> any TerminalSession {
    try await access().open(request.kind, in: report(of: request.session), size: size)
  }

  @concurrent func log(
    of session: SessionID
  ) async throws(ControlFailure) -> AsyncThrowingStream<[LogLine], any Error> {
    try await access().log(of: report(of: session))
  }

  @concurrent func choose(_ name: String) async throws(ControlFailure) -> ConsoleEvent {
    let access = try access()
    if !name.isEmpty { try await access.choose(context: name == "-" ? nil : name) }
    return .contextsLoaded(try await access.contexts())
  }

  private func access() throws(ControlFailure) -> any SandboxAccess {
    if let access = services.access { return access }
    throw ControlFailure(.unsupported, "This console has no way into sandboxes.")
  }

  private func report(of session: SessionID) async throws(ControlFailure) -> SandboxReport {
    if let stored = try await services.reports?.sandboxReport(of: session) { return stored.report }
    throw ControlFailure(
      .notFound, "No core has told where the sandbox of this session is.",
      hint: "A core tells it as soon as there is a sandbox.")
  }
}
