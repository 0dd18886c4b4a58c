import AgentRuntimes
import ControlModel
import SeededNumbers
import Testing

/// What every runtime does, shown on the real CLIs. What one of them does besides is in tests with its name.
@Suite struct RuntimeContractTests {
  @Test(arguments: RuntimePeer.all)
  func aMessageIsAnsweredAndCounted(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer, prompt: "You keep the build green.")
    let process = try bench.start()
    try await process.wait { !$0.named("runtime.started").isEmpty }
    #expect(process.runtimeState == .waiting)
    let message = RunnerMessage.sample("[[think: Well.]] [[text: Good morning.]]")
    process.send(message)
    process.send(message)
    try await process.wait { $0.count(.result) == 1 }
    let events = process.events
    #expect(
      events.filter { [.user, .thinking, .assistant, .result].contains($0.kind) }.map(\.text) == [
        message.text, "Well.", "Good morning.", "Good morning.",
      ])
    #expect(events.first(.user)?.content.messageID == message.id.text)
    #expect(events.usage == peer.reply)
    #expect(events.cost == peer.cost)
    let conversation = try #require(process.runtimeSessionID)
    #expect(events.named("runtime.started").runtimeSessionIDs == [conversation])
    #expect(bench.requests.last?[peer.instructions]?.text.contains("You keep the build green.") == true)
    #expect(!events.contains { $0.kind == .error || $0.content.name == "unknown" })
    process.send(.sample("[[text: Again.]]"))
    try await process.wait { $0.count(.result) == 2 }
    #expect(process.events.cost == peer.cost + peer.cost)
    #expect(process.events.usage == peer.reply + peer.reply)
    #expect(process.runtimeState == .waiting)
    #expect(process.lies == [])
    process.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func aToolRunsOnlyWhenItIsAllowed(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer)
    let process = try bench.start()
    process.send(.sample("[[bash: touch allowed]] [[bash: touch denied]] [[text: Finished.]]"))
    try await process.wait { $0.count(.approvalRequest) == 1 }
    #expect(process.runtimeState == .approval)
    let request = try #require(process.events.first(.approvalRequest))
    #expect(request.text == "touch allowed")
    #expect(request.content.name == peer.shell)
    #expect(request.content.callID == process.events.first(.toolCall)?.content.callID)
    #expect(!bench.exists("allowed"))
    try process.decide(.allow, request.content.callID)
    try await process.wait { $0.count(.approvalRequest) == 2 }
    #expect(bench.exists("allowed"))
    try process.decide(.deny, process.events.last(.approvalRequest)?.content.callID, reason: "Not that.")
    try await process.wait { $0.count(.result) == 1 }
    #expect(!bench.exists("denied"))
    let results = process.events.filter { $0.kind == .toolResult }
    #expect(results.map(\.content.isError) == [false, true])
    #expect(results.map(\.content.name) == [peer.shell, peer.shell])
    try await bench.poll { $0.requests.last?[peer.conversation]?.text.contains("Not that.") == true }
    #expect(throws: ControlFailure.self) { try process.decide(.allow, request.content.callID) }
    #expect(process.lies == [])
    process.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func anInterruptEndsTheTurnAndNotTheSession(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer, permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("[[bash: touch begun; tail -f /dev/null]]"))
    try await process.wait { $0.count(.toolCall) == 1 }
    try await bench.poll { $0.exists("begun") }
    process.interrupt()
    try await process.wait { $0.count(.result) == 1 }
    let result = try #require(process.events.first(.result))
    #expect(result.content.detail["stopReason"] == "interrupted")
    #expect(!result.content.isError)
    #expect(process.events.first(.toolResult)?.content.isError == true)
    process.send(.sample("[[text: Still here.]]"))
    try await process.wait { $0.last(.result)?.text == "Still here." }
    #expect(process.runtimeState == .waiting)
    #expect(process.lies == [])
    process.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func aTurnThatWasKilledGoesOnInTheSameConversation(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer, permissions: .bypass)
    let (process, message) = try await bench.turnThatWasKilled()
    let events = process.events
    #expect(events.named("runtime.resumed").count == 1)
    #expect(events.runtimeSessionIDs == [try #require(process.runtimeSessionID)])
    #expect(events.count(.user) == 2)
    #expect(events.named("runtime.continued").count == 1)
    #expect(process.runtimeState == .waiting)
    // The model sees the conversation as it was, the message once.
    #expect(bench.prompts.count { $0 == message.text } == 1)
    #expect(bench.requests.last?[peer.conversation]?.text.contains("swordfish") == true)
    #expect(process.lies == [])
    process.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func aTurnGoesOnAfterItsRunnerWasStopped(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer, permissions: .bypass)
    let first = try bench.start()
    let message = RunnerMessage.sample("\(endless) [[text: The word is swordfish.]]")
    first.send(message)
    try await bench.poll { $0.exists("begun") }
    try await first.stop()
    #expect(first.events.count(.result) == 0)
    #expect(first.lies == [])
    let second = try bench.start(journal: first.events)
    try await second.wait { $0.count(.result) == 1 }
    #expect(second.events.count(.user) == 1)
    #expect(second.events.named("runtime.continued").count == 1)
    #expect(second.events.first(.result)?.content.detail["stopReason"] != "interrupted")
    #expect(bench.prompts.count { $0 == message.text } == 1)
    #expect(second.lies == [])
    second.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func aTurnThatEndsBeforeItsRunnerIsAnswered(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer, permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("[[bash: touch begun; sleep 1]] [[text: Just in time.]]"))
    try await bench.poll { $0.exists("begun") }
    try await process.stop(afterSeconds: 60)
    #expect(process.events.first(.result)?.text == "Just in time.")
    #expect(process.lies == [])
  }

  @Test(arguments: RuntimePeer.all)
  func killsAtAnyMomentLoseNoMessageAndCountNothingTwice(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer, permissions: .bypass)
    let rounds = 6
    let process = try await bench.lives(killed: rounds, of: "killsAtAnyMoment \(peer.runtime)")
    let events = process.events
    #expect(events.count(.user) == rounds + 1)
    #expect(Set(events.filter { $0.kind == .user }.map(\.content.messageID)).count == rounds + 1)
    #expect(events.keptConversations.count == 1)
    let asked = bench.requests.count
    #expect(events.cost <= peer.cost.times(asked))
    #expect(events.usage.total <= peer.reply.total.times(asked))
    #expect(process.lies == [])
    process.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func aMessageThatWasNeverReadIsSentAgain(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer)
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let message = RunnerMessage.sample("[[text: Two.]]")
    let user = Event(
      seq: Int64(first.events.count + 1), time: .now(),
      content: EventDraft(.user, message.text, messageID: message.id.text))
    let second = try bench.start(journal: first.events + [user])
    try await second.wait { $0.count(.result) == 2 }
    #expect(second.events.count(.user) == 2)
    #expect(bench.requests.count == 2)
    #expect(second.events.usage == peer.reply + peer.reply)
    #expect(second.lies == [])
    second.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func anAnsweredMessageIsNotSentAgain(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer)
    let first = try bench.start()
    first.send(.sample("[[text: One.]]"))
    try await first.wait { $0.count(.result) == 1 }
    first.crash()
    let second = try bench.start(journal: first.events)
    try await second.wait { !$0.named("runtime.resumed").isEmpty }
    #expect(second.runtimeState == .waiting)
    second.send(.sample("[[text: Two.]]"))
    try await second.wait { $0.count(.result) == 2 }
    #expect(bench.requests.count == 2)
    #expect(bench.requests.last?[peer.conversation]?.text.contains("One.") == true)
    #expect(second.events.cost == peer.cost + peer.cost)
    #expect(second.events.usage == peer.reply + peer.reply)
    #expect(second.lies == [])
    second.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func aRuntimeThatIsKilledIsStartedAgain(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer, permissions: .bypass)
    let process = try bench.start()
    process.send(.sample("\(endless) [[text: Finished.]]"))
    try await bench.poll { $0.exists("begun") }
    process.killRuntime()
    try await process.wait { $0.count(.result) == 1 }
    let exit = try #require(process.events.named("runtime.exited").first)
    #expect(exit.text == "\(peer.name) was killed by SIGKILL; it is started again in 1 s")
    #expect(exit.content.isError)
    #expect(exit.content.detail["relaunches"] == true)
    #expect(process.events.named("runtime.resumed").count == 1)
    #expect(process.lies == [])
    process.crash()
  }

  @Test(arguments: RuntimePeer.all)
  func aConversationThatIsGoneBeginsAnew(_ peer: RuntimePeer) async throws {
    let bench = try RuntimeBench(peer)
    var configuration = bench.configuration
    configuration.runtimeSessionID = configuration.session.text
    let process = try bench.start(configuration)
    process.send(.sample("[[text: Hello.]]"))
    try await process.wait { $0.count(.result) == 1 }
    #expect(process.events.named("runtime.fallback").first?.content.isError == true)
    #expect(process.events.named("runtime.started").count == 1)
    #expect(process.events.first(.result)?.text == "Hello.")
    #expect(process.lies == [])
    process.crash()
  }
}
