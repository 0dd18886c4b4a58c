import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// The store refuses what may not be done, and the database says the same of rights and order.
@Suite(.serialized) struct SessionRuleTests {
  @Test(.timeLimit(.minutes(5))) func theStoreTakesWhatMayBeDone() async throws {
    try await HistoryFixture.with { fixture in
      let id = try await fixture.startSession().id
      try await fixture.record([EventDraft(.approvalRequest, "rm", callID: "call")], to: fixture.store.session(id))
      for desired in DesiredState.allCases where desired != .purged {
        for state in SessionState.allCases {
          try await fixture.pool.script(
            "UPDATE paddock.session SET desired = '\(desired.rawValue)', state = '\(state.rawValue)'")
          let session = try await fixture.store.session(id)
          for kind in Operation.Kind.ofSession {
            let operation = fixture.operation(kind, session, argument: "call")
            let refusal = SessionRule.refusal(of: kind, on: session, asksForDecision: true)
            do {
              try await fixture.store.submit(operation)
              #expect(refusal == nil, "\(kind) \(desired) \(state)")
              // Only so many may wait.
              try await fixture.store.complete(operation.id, .succeeded)
            } catch let failure as ControlFailure {
              #expect(failure.summary == refusal?.failure(of: kind, on: session).summary, "\(kind) \(desired) \(state)")
            }
          }
        }
      }
    }
  }

  @Test func theDatabaseKnowsTheSameLevels() async throws {
    try await HistoryFixture.with { fixture in
      for kind in Operation.Kind.allCases {
        let rows = try await fixture.pool.query("SELECT paddock.level_for($1) AS level", [.text(kind.rawValue)])
        let least = kind.leastLevel.flatMap { OperatorLevel.allCases.firstIndex(of: $0) }.map { Int64($0 + 1) }
        #expect(try rows.first?.optionalInt("level") == least, "\(kind)")
      }
    }
  }

  @Test func listsAreInTheOrderOfAttention() async throws {
    try await HistoryFixture.with { fixture in
      var places: [SessionID: Double] = [:]
      for state in SessionState.allCases.shuffled() {
        for age in [60, 3_600] {
          let id = try await fixture.startSession().id
          try await fixture.pool.script(
            """
            UPDATE paddock.session SET state = '\(state.rawValue)', state_since = now() - interval '\(age) s'
            WHERE id = '\(id)'
            """)
          places[id] = Double(state.attention) + ((age == 60) == state.isOver ? 0 : 0.5)
        }
      }
      let listed = try await fixture.store.sessions(of: nil).compactMap { places[$0.id] }
      #expect(listed.count == places.count && listed == listed.sorted())
    }
  }
}
