import ControlModel
import Testing

/// What may be done to a session in which state.
@Suite struct SessionRuleTests {
  private func session(_ desired: DesiredState, _ state: SessionState, isForeign: Bool = false) throws -> Session {
    var session = Session(
      id: .make(at: .now()), team: try ResourceName("blue"), agent: try ResourceName("fixer"), runtime: .exec,
      title: "t", desired: desired, generation: 1, state: state, stateReason: "", stateSince: .now(), createdAt: .now())
    if isForeign { session.foreign = ForeignMark(namespace: "n", name: "s", resourceVersion: "1") }
    return session
  }

  /// In which states each may be done to a session that is to run.
  private static let ofRunning: [Operation.Kind: Set<SessionState>] = [
    .message: Set(SessionState.allCases),
    .interrupt: [.working, .approval, .stalled, .paused, .unknown, .starting, .restarting],
    .approve: [.approval, .paused, .unknown], .deny: [.approval, .paused, .unknown],
    .restart: Set(SessionState.allCases), .suspend: Set(SessionState.allCases), .resume: [],
    .kill: Set(SessionState.allCases), .purge: [.finished, .failed],
  ]

  @Test(arguments: Operation.Kind.ofSession) func theTableIsWhatIsWrittenHere(kind: Operation.Kind) throws {
    for state in SessionState.allCases {
      func may(_ desired: DesiredState, isForeign: Bool = false) throws -> Bool {
        SessionRule.refusal(of: kind, on: try session(desired, state, isForeign: isForeign)) == nil
      }
      #expect(try may(.running) == Self.ofRunning[kind]?.contains(state), "\(state)")
      let ofSuspended: Bool =
        switch kind {
        case .resume, .kill: true
        case .restart: state == .failed
        case .purge: [.finished, .failed].contains(state)
        default: false
        }
      #expect(try may(.suspended) == ofSuspended, "suspended, \(state)")
      #expect(try may(.killed) == (kind == .purge) && may(.archived) == (kind == .purge), "over, \(state)")
      #expect(try !may(.purged))
      #expect(try may(.killed, isForeign: true) == (kind == .purge), "gone, \(state)")
      #expect(try may(.running, isForeign: true) == [.restart, .suspend, .kill].contains(kind), "foreign, \(state)")
    }
  }

  @Test func eachRefusalIsOneClearSentence() throws {
    for kind in Operation.Kind.ofSession {
      for desired in DesiredState.allCases {
        for state in SessionState.allCases {
          let session = try session(desired, state)
          guard let refusal = SessionRule.refusal(of: kind, on: session) else { continue }
          let failure = refusal.failure(of: kind, on: session)
          #expect(failure.code == .refused && failure.summary.hasSuffix("it cannot be \(kind.participle)."))
          #expect(!refusal.state.hasSuffix(".") && refusal.hint?.hasSuffix(".") != false)
        }
      }
    }
  }

  /// What a crash of the core made of an operation is not what it is refused for.
  @Test func whatIsDoneAlreadyIsNotRefused() throws {
    func operation(_ kind: Operation.Kind, generation: Int? = 1) throws -> Operation {
      Operation(
        id: .make(at: .now()), kind: kind, team: try ResourceName("blue"), session: .make(at: .now()),
        generation: generation, actor: "ann", requestedAt: .now())
    }
    for (kind, desired) in [
      (Operation.Kind.kill, DesiredState.killed), (.suspend, .suspended), (.resume, .running), (.purge, .purged),
    ] {
      #expect(SessionRule.isDone(try operation(kind), on: try session(desired, .working)))
      for other in DesiredState.allCases where other != desired {
        #expect(!SessionRule.isDone(try operation(kind), on: try session(other, .working)))
      }
    }
    var restarted = try session(.running, .working)
    #expect(!SessionRule.isDone(try operation(.restart), on: restarted))
    restarted.generation = 2
    #expect(SessionRule.isDone(try operation(.restart), on: restarted))
    #expect(!SessionRule.isDone(try operation(.restart, generation: nil), on: restarted))
  }

  @Test func whoDestroysIsAskedForAReason() {
    for kind in Operation.Kind.ofSession {
      #expect(kind.danger != .destroys || kind.asksReason)
      #expect(!kind.asksName || kind.danger == .destroys)
      #expect(kind.leastLevel != nil)
    }
    #expect(Operation.Kind.allCases.filter { !$0.isForSession }.allSatisfy { $0.leastLevel == nil })
  }
}
