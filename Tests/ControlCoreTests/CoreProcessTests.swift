import ControlModel
import Glibc
import PaddockProgram
import SessionHistory
import Testing

/// Cores in processes of their own on one real Postgres, killed and stopped as the world does it.
@Suite(.serialized) struct CoreProcessTests {
  @Test(.timeLimit(.minutes(4)))
  func theSessionsOfAKilledCoreAreTakenOverInTime() async throws {
    try await CoreProcesses.with(["first", "second", "third"], sessions: 50) { processes, running in
      try await until { try await processes.cores.lockedSlots() == [84, 86, 86] }
      try await processes.untilDone()
      let begin = ContinuousClock.now
      await running[0].end(by: SIGKILL)
      try await processes.cores.restartAll()
      try await processes.untilDone()
      #expect(ContinuousClock.now - begin < .seconds(15))
      try await until { try await processes.cores.lockedSlots() == [128, 128] }
      try await expectNothingTwice(processes)
      #expect(try await processes.overlaps() == 0)
    }
  }

  /// Its connections live on, as the kernel answers for it.
  @Test(.timeLimit(.minutes(4)))
  func theSessionsOfAStoppedCoreAreTakenOverInTimeAndItDoesNothingStaleWhenItGoesOn() async throws {
    try await CoreProcesses.with(["first", "second"], sessions: 50) { processes, running in
      try await until { try await processes.cores.lockedSlots() == [128, 128] }
      try await processes.untilDone()
      let begin = ContinuousClock.now
      running[0].signal(SIGSTOP)
      let acts = try await processes.acts(of: "first")
      try await processes.cores.restartAll()
      try await processes.untilDone()
      #expect(ContinuousClock.now - begin < .seconds(15))
      #expect(try await processes.cores.lockedSlots() == [256])

      running[0].signal(SIGCONT)
      try await until { try await processes.cores.lockedSlots() == [128, 128] }
      #expect(try await processes.acts(of: "first") == acts)
      try await processes.cores.restartAll()
      try await processes.untilDone()
      #expect(try await processes.acts(of: "first") > acts)
      try await expectNothingTwice(processes)
      #expect(try await processes.overlaps() == 0)
    }
  }

  /// An act in flight goes through afterwards, or is refused; either way nothing is there twice.
  @Test(.timeLimit(.minutes(4)))
  func aCoreStoppedInTheMidstOfItsWorkLeavesNothingTwice() async throws {
    try await CoreProcesses.with(["first", "second"], sessions: 50) { processes, running in
      try await until { try await processes.cores.lockedSlots() == [128, 128] }
      for _ in 0..<2 {
        let acts = try await processes.acts(of: "first")
        try await processes.cores.restartAll()
        try await until { try await processes.acts(of: "first") > acts }
        running[0].signal(SIGSTOP)
        try await processes.untilDone()
        running[0].signal(SIGCONT)
        try await until { try await processes.cores.lockedSlots() == [128, 128] }
      }
      try await processes.untilDone()
      try await expectNothingTwice(processes)
    }
  }

  private func expectNothingTwice(_ processes: CoreProcesses) async throws {
    #expect(try await processes.doubles() == 0)
    #expect(try await processes.strays() == 0)
    let recorded = try await processes.cores.recorded()
    #expect(recorded.events == recorded.numbers && recorded.events == recorded.expected)
  }
}
