package import ControlModel

/// What the engine tells is not up to date.
package struct EngineOutage: Sendable, Hashable {
  package var since: Timestamp
  package var reason: String

  package init(since: Timestamp, reason: String) {
    self.since = since
    self.reason = reason
  }

  var phrase: String { SessionReason.unseen.told(since.timeOfDay, reason) }
}

extension ControlCore {
  /// The controllers go on with what is so for certain: what runners say whose streams hold.
  func tellOutage() async {
    let outage = await observer.outage
    for controller in controllers.values { await controller.take(outage) }
  }

  /// A core that has just begun and sees nothing makes no controllers: without them the states of another time would
  /// stand.
  func markUnknown(_ sessions: [ManagedSession]) async {
    guard let outage = await observer.outage else { return }
    for managed in sessions where controllers[managed.session.id] == nil {
      let session = managed.session
      guard session.desired == .running, session.foreign == nil, session.state.isLive, session.unreadable == nil else {
        continue
      }
      try? await store.setState(.unknown, reason: outage.phrase, of: session.id)
    }
  }
}
