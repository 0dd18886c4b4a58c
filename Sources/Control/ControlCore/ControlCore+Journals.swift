import ControlModel
import Logging

/// What a team's journals hold and grow by in all: each core sees to its own sessions.
struct JournalKeeping: Sendable {
  var quotas: [ResourceName: TeamQuota] = [:]
  var readAt: ContinuousClock.Instant?
  /// Why the agents of a team are paused.
  var full: [ResourceName: String] = [:]
  var events: [ResourceName: TeamJournals] = [:]
  var bytes: [ResourceName: TeamJournals] = [:]

  /// What a session may write at most because of its team.
  func share(of session: Session) -> JournalBounds {
    JournalBounds(
      eventsPerMinute: events[session.team]?.shares[session.id].map { EventCount(steps: Int64($0)) },
      bytesPerMinute: bytes[session.team]?.shares[session.id].map { ByteSize(steps: Int64($0)) })
  }

  /// A sum that says nothing of one team says nothing of others: all of them are looked at alike.
  mutating func look(
    at sessions: [ManagedSession], own: Set<SessionID>, _ rates: [SessionID: JournalGrowth.Rate]?
  ) {
    let teams = Dictionary(grouping: sessions.filter { $0.session.foreign == nil }, by: \.session.team)
    full = [:]
    for (team, members) in teams {
      let bounds = quotas[team, default: TeamQuota()].journal
      full[team] = excess(of: bounds, members.map(\.projection))
      guard let rates else { continue }
      let running = members.map(\.session).filter { $0.desired == .running }
      let mine = running.filter { own.contains($0.id) }
      // Other cores see to the rest.
      let part = running.isEmpty ? 0 : Double(mine.count) / Double(running.count)
      let rate = bounds.orElse(.standardOfTeam)
      events[team, default: TeamJournals()].share(
        rate.eventsPerMinute?.written { Double($0) * part },
        among: mine.map { .init(session: $0.id, perMinute: rates[$0.id]?.eventsPerMinute ?? 0) })
      bytes[team, default: TeamJournals()].share(
        rate.bytesPerMinute?.written { Double($0) * part },
        among: mine.map { .init(session: $0.id, perMinute: rates[$0.id]?.bytesPerMinute ?? 0) })
    }
    events = events.filter { teams[$0.key] != nil }
    bytes = bytes.filter { teams[$0.key] != nil }
  }

  private func excess(of bounds: JournalBounds, _ projections: [SessionProjection]) -> String? {
    let events = projections.reduce(Count.zero) { $0 + Count(steps: $1.lastSeq) }
    let bytes = projections.reduce(Count.zero) { $0 + $1.bytes }
    if let bound = bounds.bytes, bytes.written(by: { $0 }) >= bound.written(by: { $0 }) {
      let held = bytes.written { ByteSize(steps: $0).rounded }
      return SessionReason.teamBytes.told(held, bound.rounded)
    }
    if let bound = bounds.events, events.written(by: { $0 }) >= bound.written(by: { $0 }) {
      return SessionReason.teamEvents.told("\(events)", "\(bound)")
    }
    return nil
  }
}

extension ControlCore {
  /// Between two readings of the teams' quotas.
  private static let quotaInterval = Duration.seconds(5)

  func keepJournals(_ sessions: [ManagedSession]) async {
    if journals.readAt.map({ .now - $0 >= Self.quotaInterval }) ?? true, let store = store as? any TeamStore {
      // Those of before hold on while the database does not say.
      if let teams = try? await store.teams() {
        journals.quotas = Dictionary(teams.map { ($0.name, $0.quota) }, uniquingKeysWith: { $1 })
        journals.readAt = .now
      }
    }
    // Who knows no bounds yet lifts no pause.
    guard journals.readAt != nil else { return }
    let own = Set(sessions.map(\.session.id).filter { isOwn($0) })
    journals.look(at: sessions, own: own, growth.rates())
    let full = journals.full
    judges[.team] = { full[$0.team] }
  }
}
