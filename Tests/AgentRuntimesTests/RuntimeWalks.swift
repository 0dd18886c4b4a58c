import AgentRuntimes
import ControlModel
import SeededNumbers
import Testing

/// Runs until the test's folder goes away; a second time it ends at once.
let endless = "[[bash: [ -e begun ] && exit; touch begun; while [ -e begun ]; do sleep 0.2; done]]"

extension RuntimeBench {
  /// A conversation whose second turn was killed in a tool and went on in another life; the last life's process.
  func turnThatWasKilled() async throws -> (process: RuntimeProcess, message: RunnerMessage) {
    let first = try start()
    first.send(.sample("[[text: The word is swordfish.]]"))
    try await first.wait { $0.count(.result) == 1 }
    let message = RunnerMessage.sample("\(endless) [[text: Finished.]]")
    first.send(message)
    try await first.wait { $0.count(.toolCall) == 1 }
    // Before its record holds the call, Claude Code would run the message from its start.
    try await poll {
      $0.exists("begun") && ($0.peer.runtime != .claudeCode || $0.claudeConversation.contains("tool_use"))
    }
    first.crash()
    let second = try start(journal: first.events)
    second.send(message)
    try await second.wait { $0.count(.result) == 2 }
    return (second, message)
  }

  /// A message a life, each life killed at some moment of its turn, and one that ends.
  func lives(killed rounds: Int, of test: String) async throws -> RuntimeProcess {
    var random = SeededNumbers(SeededNumbers.seed(of: test))
    return try await lives(killedAfter: (1...rounds).map { _ in Int.random(in: 1...14, using: &random) })
  }

  /// A message a life, each life killed after so many events of its own, and one that ends.
  func lives(killedAfter moments: [Int]) async throws -> RuntimeProcess {
    var journal: [Event] = []
    for (round, moment) in moments.enumerated() {
      let process = try start(journal: journal)
      process.send(
        .sample("[[text: Round \(round).]] [[bash: echo a]] [[think: So.]] [[bash: echo b]] [[text: Over.]]"))
      let enough = journal.count + moment
      try await process.wait { $0.count >= enough }
      process.crash()
      journal = process.events
    }
    let last = try start(journal: journal)
    last.send(.sample("[[text: The end.]]"))
    try await last.wait { $0.last(.result)?.text == "The end." }
    try await poll { _ in last.runtimeState == .waiting }
    return last
  }
}
