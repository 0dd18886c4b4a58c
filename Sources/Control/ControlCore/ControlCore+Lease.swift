import ControlModel
import Logging

/// What of the sessions is this core's.
extension ControlCore {
  func isOwn(_ session: SessionID) -> Bool { held.contains(SessionSlots.slot(of: session)) }

  /// Whether it has anything to look at.
  func renewLease() async throws(ControlFailure) -> Bool {
    let latest: Int?
    do throws(ControlFailure) {
      latest = try await askForLease()
    } catch {
      // Whoever cannot ask may have lost it, and another core be at work.
      if holdsLease { await standDown() }
      throw error
    }
    if latest != term {
      logger.notice(latest == nil ? "Another core holds the lease" : "This core holds the lease")
      if holdsLease { await standDown() }
      term = latest
    }
    guard let term else { return false }
    return try await takeShare(under: term)
  }

  /// Shares are confirmed more often than sessions are looked at, and while a look takes long.
  func keepConfirmed(_ signal: AsyncStream<Void>.Continuation) async {
    guard settings.sharesSessions else { return }
    while !Task.isCancelled {
      if let term, (try? await askForLease()) != term { signal.yield() }
      try? await Task.sleep(for: .seconds(settings.leaseValidity / 4))
    }
  }

  /// Beside the confirmation, not in line with it: this waits for a free connection.
  func watchOthers(_ signal: AsyncStream<Void>.Continuation) async {
    guard settings.sharesSessions else { return }
    while !Task.isCancelled {
      if holdsLease, await endSilentCores() { signal.yield() }
      try? await Task.sleep(for: .seconds(settings.leaseValidity / 4))
    }
  }

  /// Whether slots became free by it.
  private func endSilentCores() async -> Bool {
    do throws(ControlFailure) {
      let count = try await store.endSilentCores(after: settings.leaseSilence)
      if count > 0 { logger.notice("\(count) silent cores were shut out: their sessions are taken over") }
      return count > 0
    } catch {
      if !isSilenceTold { logger.warning("Silent cores cannot be shut out", metadata: ["failure": "\(error)"]) }
      isSilenceTold = true
      return false
    }
  }

  private func askForLease() async throws(ControlFailure) -> Int? {
    guard settings.sharesSessions else { return try await store.acquireLease(holder: settings.holder) ? 1 : nil }
    let instant = ContinuousClock.now
    let latest = try await store.join(holder: settings.holder)
    if let latest, latest == term { confirmation.extend(to: instant + .seconds(settings.leaseValidity)) }
    return latest
  }

  private func takeShare(under term: Int) async throws(ControlFailure) -> Bool {
    guard settings.sharesSessions else {
      held = SessionSlots.all
      return true
    }
    let settling = settings.leaseValidity + settings.leaseMargin
    guard let claims = try await store.claims(under: term, settledFor: settling), term == self.term else {
      return false
    }
    for slot in claims.surplus where leaving[slot] == nil { await giveBack(slot, under: term) }
    held = claims.held.subtracting(leaving.keys)
    return true
  }

  /// Once a step has begun it comes to its end here: the next core finds nothing half done.
  private func giveBack(_ slot: Int, under term: Int) async {
    held.remove(slot)
    let sessions = controllers.keys.filter { SessionSlots.slot(of: $0) == slot }
    let stopping = sessions.compactMap { controllers.removeValue(forKey: $0) }
    leaving[slot] = stopping
    for controller in stopping { await controller.stop() }
    Task {
      for controller in stopping { await controller.ended() }
      await store.release([slot], under: term)
      if term == self.term { leaving[slot] = nil }
    }
  }
}
