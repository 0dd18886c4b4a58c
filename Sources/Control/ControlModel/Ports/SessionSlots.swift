/// How sessions are shared out among cores: by slots, each of which belongs to one core at a time. A lock for each
/// session would be too many for the lock table of a database.
package enum SessionSlots {
  package static let count = 256
  package static let all = Set(0..<count)

  /// FNV-1a over the id's text. Every core must find the same, so it must never change: two versions of this program
  /// may be at work at a time.
  package static func slot(of session: SessionID) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in session.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int((hash ^ hash >> 32) % UInt64(count))
  }

  /// How many each of these cores should have; together no fewer than there are.
  package static func share(among cores: Int) -> Int { (count + max(1, cores) - 1) / max(1, cores) }
}

/// How long a core that shares may ask nothing before it counts as stopped, hung or cut off: longer than what it holds
/// is confirmed for, and short enough for a takeover within 15 s.
package enum CoreSilence {
  package static let seconds = 5.0
}

/// What one core has of the sessions.
package struct SessionClaims: Sendable, Hashable {
  /// The sessions of these are its own.
  package var held: Set<Int>
  /// Those it should give back, once nothing of it is at work on their sessions; not among `held`.
  package var surplus: Set<Int>

  package init(held: Set<Int>, surplus: Set<Int> = []) {
    self.held = held
    self.surplus = surplus
  }

  package static let all = SessionClaims(held: SessionSlots.all)
}

/// What cores need of a store to work beside each other. A store that knows of one core only has defaults.
package protocol CoreShareStore: Sendable {
  /// Takes this core in beside others, unless one has everything for itself; another number than before says that
  /// everything held under that was lost. To be asked again and again: each answer proves that what is held under its
  /// number was held when the question was asked.
  func join(holder: String) async throws(ControlFailure) -> Int?

  /// Takes this core's share of what nobody has, and says what it has under this number; `nil` when that is out of date.
  /// What it took counts as held only after so many seconds: until then a core that lost it may not know yet.
  func claims(under term: Int, settledFor seconds: Double) async throws(ControlFailure) -> SessionClaims?

  func release(_ slots: Set<Int>, under term: Int) async

  /// Takes from other cores what they hold when nothing was heard of them for so many seconds; says of how many. Such a
  /// core cannot be at work: what it holds was last confirmed before.
  func endSilentCores(after seconds: Double) async throws(ControlFailure) -> Int
}

extension CoreShareStore where Self: ControlStore {
  package func linkAudit(limit: Int) async throws(ControlFailure) -> Int { 0 }

  package func join(holder: String) async throws(ControlFailure) -> Int? {
    try await acquireLease(holder: holder) ? 1 : nil
  }

  package func claims(under term: Int, settledFor seconds: Double) async throws(ControlFailure) -> SessionClaims? {
    .all
  }

  package func release(_ slots: Set<Int>, under term: Int) async {}

  package func endSilentCores(after seconds: Double) async throws(ControlFailure) -> Int { 0 }
}
