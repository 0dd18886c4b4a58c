package import ControlModel

/// What is to be written so that the store shows the foreign sandboxes that there are; pure.
package struct ForeignPlan: Sendable, Hashable {
  package var mirrors: [ForeignMirror] = []
  package var forsaken: Set<SessionID> = []

  /// `isOwn`: others write about the rest.
  package init(
    observed: [ForeignSandbox], stored: [ForeignSession], isOwn: (SessionID) -> Bool
  ) {
    let rows = Dictionary(stored.map { ($0.session.id, $0) }, uniquingKeysWith: { first, _ in first })
    for sandbox in observed where isOwn(sandbox.id) {
      let row = rows[sandbox.id]
      let activity = row?.projection.activity ?? .idle
      let state = sandbox.state(activity, reason: row?.projection.reason ?? "")
      let mirror = ForeignMirror(sandbox: sandbox, state: state.state, reason: Self.kept(state.reason))
      if row.map({ !$0.shows(mirror) }) ?? true { mirrors.append(mirror) }
    }
    let seen = Set(observed.map(\.id))
    forsaken = Set(stored.filter { !$0.isGone && !seen.contains($0.session.id) }.map(\.session.id)).filter(isOwn)
  }

  /// As the store can keep it: one that it had to cut would look like another at every look, and be told of again.
  private static func kept(_ reason: String) -> String {
    let scalars = reason.bounded(toBytes: 2_000).unicodeScalars.map { $0 == "\0" ? "␀" : $0 }
    return String(String.UnicodeScalarView(scalars))
  }
}

extension ForeignSession {
  fileprivate func shows(_ mirror: ForeignMirror) -> Bool {
    !isGone && session.foreign == mirror.sandbox.mark && session.desired == mirror.sandbox.desired
      && session.state == mirror.state && session.stateReason == mirror.reason
  }
}
