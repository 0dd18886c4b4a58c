import ControlCore
import ControlModel
import SessionHistory
import Synchronization
import Testing

/// Several cores on one real database.
@Suite(.serialized) struct SharingTests {
  @Test(.timeLimit(.minutes(3)))
  func twoCoresShareTheSessionsAndEachIsOnesAlone() async throws {
    try await SharedCores.with(sessions: 50) { cores in
      let members = [try await cores.join("first"), try await cores.join("second")]
      try await until { try await cores.lockedSlots() == [128, 128] }
      try await untilShared(members)
      #expect(try await cores.store.leaseHolder() == "2 cores")
      try await cores.restartAll()
      try await untilDone(cores)
      #expect(!cores.sandboxes.acts(of: "first").isEmpty && !cores.sandboxes.acts(of: "second").isEmpty)
      for member in members { await member.leave() }
      #expect(try await cores.store.leaseHolder() == nil)
      try await expectNothingTwice(cores)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func theSessionsOfACoreThatIsCutOffAreTakenOverInTime() async throws {
    try await SharedCores.with(sessions: 50) { cores in
      let (first, second) = (try await cores.join("first"), try await cores.join("second"))
      try await until { try await cores.lockedSlots() == [128, 128] }
      try await untilShared([first, second])
      try await cores.restartAll()
      let begin = ContinuousClock.now
      try await cores.shutOut(first)
      try await until { await second.core.sessions.count == 50 }
      #expect(ContinuousClock.now - begin < .seconds(15))
      try await untilDone(cores)
      for member in [first, second] { await member.leave() }
      try await expectNothingTwice(cores)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func aThirdCoreGetsAnEvenShareAndNothingIsDoneTwice() async throws {
    try await SharedCores.with(sessions: 50) { cores in
      var members = [try await cores.join("first"), try await cores.join("second")]
      try await untilShared(members)
      try await untilDone(cores)
      try await cores.restartAll()
      members.append(try await cores.join("third"))
      try await until { try await cores.lockedSlots() == [84, 86, 86] }
      try await untilShared(members)
      try await untilDone(cores)
      try await cores.restartAll()
      try await untilDone(cores)
      for member in members { await member.leave() }
      try await expectNothingTwice(cores)
    }
  }

  private func untilShared(_ members: [SharedCores.Member]) async throws {
    try await until {
      var sessions: [SessionID] = []
      for member in members { sessions += await member.core.sessions }
      return sessions.count == 50 && Set(sessions).count == 50
    }
  }

  private func untilDone(_ cores: SharedCores) async throws {
    try await until { try await cores.store.pendingOperations().isEmpty }
    try await until {
      let recorded = try await cores.recorded()
      return recorded.events >= recorded.expected
    }
  }

  private func expectNothingTwice(_ cores: SharedCores) async throws {
    #expect(cores.overlaps() == 0)
    #expect(cores.sandboxes.state.withLock { $0.doubles } == 0)
    let recorded = try await cores.recorded()
    #expect(recorded.events == recorded.numbers && recorded.events == recorded.expected)
  }
}
