import AgentRuntimes
import ControlModel
import Testing

/// What happens on the real Codex CLI when processes die, besides what happens on every runtime.
@Suite struct CodexResumeTests {
  @Test func aResumedThreadCountsNoReplyTwice() async throws {
    let bench = try RuntimeBench(.codex, permissions: .bypass)
    let (process, _) = try await bench.turnThatWasKilled()
    let reply = RuntimePeer.codex.reply
    // Two whole turns, though a resumed thread repeats its last count; the killed one if Codex told it before the kill.
    #expect([reply + reply, reply + reply + reply].contains(process.events.usage))
    process.crash()
  }

  @Test func killsAtAnyMomentGiveTheModelEachMessageAtMostTwice() async throws {
    let bench = try RuntimeBench(.codex, permissions: .bypass)
    let process = try await bench.lives(killed: 5, of: "killsAtAnyMomentGiveTheModelEachMessageAtMostTwice")
    // Twice where the kill came between Codex's writing for the model and for its history (docs/codex-runtime.md).
    for message in process.events where message.kind == .user {
      #expect((1...2).contains(bench.prompts.count { $0 == message.text }))
    }
    process.crash()
  }

  /// Codex keeps nothing of a thread before its first turn: what is killed so early begins another, and loses nothing.
  @Test func aThreadThatIsKilledBeforeItsFirstTurnIsBegunAnew() async throws {
    let bench = try RuntimeBench(.codex, permissions: .bypass)
    let process = try await bench.lives(killedAfter: [4, 4, 4])
    let events = process.events
    #expect(events.runtimeSessionIDs.count > 1 && events.keptConversations.count == 1)
    #expect(events.named("runtime.fallback").allSatisfy { !$0.content.isError })
    #expect(events.filter { $0.kind == .user }.allSatisfy { bench.prompts.contains($0.text) })
    process.crash()
  }

  @Test(arguments: [": >", "head -c 3000 /dev/urandom >", "head -c 4096 /dev/zero >"])
  func aThreadThatACrashLeftUnreadableIsBegunAnewAndItsFileIsKept(damage: String) async throws {
    let bench = try RuntimeBench(.codex)
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let former = try #require(first.events.runtimeSessionIDs.first)
    let find = "find '\(bench.configuration.stateDirectory)' -name 'rollout-*\(former)*'"
    _ = try output(of: ["/bin/sh", "-c", "\(damage) \"$(\(find))\""])
    let second = try bench.start(journal: first.events)
    second.send(.sample("[[text: Two.]]"))
    try await second.wait { $0.count(.result) == 2 }
    #expect(second.events.last(.result)?.text == "Two.")
    let anew = try #require(second.events.named("runtime.fallback").last)
    #expect(anew.text.contains(former) && anew.text.contains("is kept") && anew.content.isError)
    #expect(second.events.named("runtime.exited").isEmpty && second.events.runtimeSessionIDs.count == 2)
    second.crash()
    #expect(try output(of: ["/bin/sh", "-c", find]).contains(former))
  }

  @Test func aTurnThatEndedUnheardIsNotRunAgain() async throws {
    let bench = try RuntimeBench(.codex)
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let journal = Array(first.events.prefix { $0.content.name != "runtime.message" })
    let second = try bench.start(journal: journal)
    try await second.wait { $0.count(.result) == 1 }
    #expect(second.events.first(.result)?.text == "One.")
    #expect(second.runtimeState == .waiting)
    #expect(second.events.usage == RuntimePeer.codex.reply)
    #expect(bench.requests.count == 1)
    second.crash()
  }
}
