extension AgentSpec {
  /// What Linux starts a program with (execve(2)): no text of more than 32 pages of 4 KiB, the NUL at its end counted, and
  /// in all a quarter of the stack's limit, which is 8 MiB on most machines. The rest of that is Paddock's own variables and
  /// those of secrets.
  private static let longestText = 131_071
  private static let mostTexts = 1_572_864

  /// A program that is given more is not started, whatever it is.
  var sizeProblem: StartProblem? { texts.lazy.compactMap(\.problem).first ?? sumProblem }

  private struct StartText {
    var member: String
    var variable: String?
    var bytes: Int
    /// Which word of a command, from 1.
    var word: Int?

    var problem: StartProblem? {
      guard bytes > AgentSpec.longestText else { return nil }
      let what = word.map { "has \(bytes) bytes in its word \($0)" } ?? "makes a text of \(bytes) bytes"
      return StartProblem(
        member: member, variable: variable,
        words: "\(what), and Linux starts no program with one of more than \(AgentSpec.longestText)",
        hint: AgentSpec.sizeHint)
    }
  }

  private static let sizeHint = "Put it into a file of the workspace's repository, and say there where it is."

  /// As the program gets them: Codex alone is told its prompt later.
  private var texts: [StartText] {
    var texts = command.enumerated().map { StartText(member: "command", bytes: $1.utf8.count, word: $0 + 1) }
    if let prompt, runtime != .codex {
      let name = runtime == .exec ? "PADDOCK_PROMPT=".utf8.count : 0
      texts.append(StartText(member: "prompt", bytes: name + prompt.utf8.count))
    }
    for (name, value) in env.sorted(by: { $0.key < $1.key }) {
      texts.append(StartText(member: "env", variable: name, bytes: name.utf8.count + 1 + value.utf8.count))
    }
    return texts
  }

  /// Each text costs its end and a pointer besides. Said of the largest.
  private var sumProblem: StartProblem? {
    let texts = texts
    let sum = texts.reduce(0) { $0 + $1.bytes + 9 }
    guard sum > Self.mostTexts, let largest = texts.max(by: { $0.bytes < $1.bytes }) else { return nil }
    return StartProblem(
      member: largest.member, variable: largest.variable,
      words:
        "is the largest of texts that take \(sum) bytes together, and a program is started with \(Self.mostTexts) at most",
      hint: Self.sizeHint)
  }
}
