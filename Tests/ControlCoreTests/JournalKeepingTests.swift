import ControlModel
import Testing

@testable import ControlCore

/// What the sessions of a team may write together.
@Suite struct JournalKeepingTests {
  private func managed(_ team: String, events: Int64, bytes: Int64, at number: Int64 = 0) throws -> ManagedSession {
    var observation = try makeObservation(lastSeq: events)
    observation.session.team = try ResourceName(team)
    observation.session.id = .make(at: Timestamp(microseconds: 1_700_000_000_000_000 + number))
    observation.projection.bytes = Count(steps: bytes)
    let agent = Agent(
      team: observation.session.team, name: observation.session.agent, spec: AgentSpec(runtime: .exec), revision: 1,
      createdAt: noon, updatedAt: noon)
    return ManagedSession(session: observation.session, agent: agent, projection: observation.projection)
  }

  private func keeping(_ team: String, _ quota: String) throws -> JournalKeeping {
    var keeping = JournalKeeping()
    keeping.quotas[try ResourceName(team)] = try TeamQuota(quota)
    return keeping
  }

  @Test func aTeamThatIsFullIsSaidToBeAndNoOther() throws {
    var keeping = try keeping("greedy", "cpu=8,journalEvents=1k,journalBytes=1Mi")
    let sessions = [
      try managed("greedy", events: 400, bytes: 5, at: 1), try managed("greedy", events: 599, bytes: 5, at: 2),
      try managed("modest", events: 5_000, bytes: 1 << 40, at: 3),
    ]
    keeping.look(at: sessions, own: Set(sessions.map(\.session.id)), nil)
    #expect(keeping.full.isEmpty)
    let more = sessions + [try managed("greedy", events: 1, bytes: 5, at: 4)]
    keeping.look(at: more, own: [], nil)
    #expect(keeping.full.keys.map(\.text) == ["greedy"])
    #expect(keeping.full.values.first?.contains("have 1000 events, the team's bound is 1000") == true)
    keeping.look(at: [try managed("greedy", events: 1, bytes: 1 << 20)], own: [], nil)
    #expect(keeping.full.values.first?.contains("hold 1 MiB, the team's bound is 1 MiB") == true)
    keeping.quotas = [:]
    keeping.look(at: more, own: [], nil)
    #expect(keeping.full.isEmpty)
  }

  @Test func ratesAreSharedAmongTheSessionsOfThisCore() throws {
    var keeping = try keeping("greedy", "journalEventsPerMinute=1000")
    let sessions = try (0..<4).map { try managed("greedy", events: 9, bytes: 9, at: $0) }
    let ids = sessions.map(\.session.id)
    let rates = Dictionary(
      uniqueKeysWithValues: ids.map { ($0, JournalGrowth.Rate(eventsPerMinute: 9_000, bytesPerMinute: 5)) })
    keeping.look(at: sessions, own: Set(ids.prefix(2)), rates)
    #expect(keeping.share(of: sessions[0].session) == JournalBounds(eventsPerMinute: 250))
    #expect(keeping.share(of: sessions[3].session) == JournalBounds())
    #expect(JournalBounds.standard.within(rates: keeping.share(of: sessions[0].session)).eventsPerMinute == 250)
    #expect(
      JournalBounds(eventsPerMinute: 7).within(rates: keeping.share(of: sessions[0].session)).eventsPerMinute == 7)
  }

  @Test func growthIsOfLate() throws {
    let growth = JournalGrowth()
    let session = SessionID.make(at: noon)
    let events = (1...60).map { Event(seq: $0, time: noon, content: EventDraft(.output, "ok")) }
    growth.note(RecordedBatch(session: session, events: events, projection: SessionProjection()))
    let now = ContinuousClock.now
    #expect(growth.rates(at: now) == nil, "too soon to say")
    let first = growth.rates(at: now + .seconds(10))?[session]?.eventsPerMinute ?? 0
    #expect(first > 150 && first < 200)
    let second = growth.rates(at: now + .seconds(20))?[session]?.eventsPerMinute ?? 0
    #expect(abs(second - first / 2) < 1)
    for minute in 3...20 { _ = growth.rates(at: now + .seconds(Double(minute) * 10)) }
    #expect(growth.rates(at: now + .seconds(999))?.isEmpty == true)
  }

  @Test(arguments: ["journalBytes=0", "journalEvents=1.5", "journalEvents=5m", "journalBytes=9Ei", "journalEvents="])
  func aBoundThatIsNoneIsRefused(text: String) {
    #expect(throws: ControlFailure.self) { try TeamQuota(text) }
  }

  @Test func boundsOfJournalsAreReadFromTheQuota() throws {
    let quota = try TeamQuota("cpu=8,journalEvents=20M,journalBytes=50Gi,journalEventsPerMinute=300k")
    #expect(quota.journal == JournalBounds(events: 20_000_000, bytes: 53_687_091_200, eventsPerMinute: 300_000))
    #expect(TeamQuota(json: quota.json) == quota)
    #expect(try TeamQuota(quota.description) == quota)
    #expect(TeamQuota(json: ["journalEvents": "many"]).journal == JournalBounds())
  }
}
