import ConsoleConfig
import ConsoleUI
import ControlModel
import SeededNumbers
import TerminalCore
import Testing

/// Any keys, in any order, while windows change and the store answers late: nothing of it ends the console.
@Suite struct MonkeyTests {
  private static let sizes = [
    Size(columns: 80, rows: 24), Size(columns: 200, rows: 60), Size(columns: 40, rows: 10), Size(columns: 20, rows: 5),
    Size(columns: 1, rows: 1), Size(columns: 500, rows: 200), Size(columns: 61, rows: 11),
  ]
  private static let kinds: [EventKind] = [
    .user, .assistant, .thinking, .toolCall, .toolResult, .result, .output, .error,
  ]
  private static let others = [
    "y", "n", "tab", "S-tab", "ret", "esc", "pgup", "pgdn", "home", "end", "up", "down", "backspace", "x", "left",
    "right",
  ]

  private static func history(_ count: Int, _ random: inout SeededNumbers) -> [Event] {
    (1...count).map { number in
      let kind = kinds[Int.random(in: kinds.indices, using: &random)]
      let lines = Int.random(in: 0...40, using: &random)
      let text = String(repeating: "word \(number) and\n", count: lines)
      let call = [.toolCall, .toolResult].contains(kind) ? "call\(number / 3)" : nil
      return Event(
        seq: Int64(number), time: Fixture.now,
        content: EventDraft(kind, text, callID: call, name: kind == .toolCall ? "Bash" : nil))
    }
  }

  @Test(arguments: 0..<12) func nothingEndsTheConsole(run: Int) throws {
    let seed = SeededNumbers.seed(of: "MonkeyTests run \(run)") &+ UInt64(run)
    var random = SeededNumbers(seed)
    var histories: [SessionID: [Event]] = [:]
    var sessions = Fixture.sessions
    for index in sessions.indices.dropLast() {
      let count = [0, 1, 30, 900, 4_000][index % 5]
      sessions[index].events = Int64(count)
      histories[sessions[index].id] = count == 0 ? [] : Self.history(count, &random)
    }
    var user = Operator(80, 24, sessions: sessions, histories: histories)
    user.answersLate = true
    let keys = CommandCatalogue.commands.filter { ![.appQuit, .helpOpen].contains($0.name) }
      .compactMap { Keymap.builtIn.sequences(for: $0.name.rawValue).first?.description }
    for _ in 0..<400 {
      switch Int.random(in: 0..<20, using: &random) {
      case 0:
        let size = Self.sizes[Int.random(in: Self.sizes.indices, using: &random)]
        user.happen(.resize(size))
        #expect(user.surface().size == size)
      case 1: user.happen(.paste("a\u{1B}[31m\nb"))
      case 2...5: user.answerLate(&random)
      case 6: user.wait(0.2)
      case 7...10: user.press(Self.others[Int.random(in: Self.others.indices, using: &random)])
      default: user.press(keys[Int.random(in: keys.indices, using: &random)])
      }
      if Bool.random(using: &random) { _ = user.surface() }
    }
    user.happen(.resize(Size(columns: 120, rows: 40)))
    #expect(user.screen.contains("┌") && !user.screen.contains("too small"), "seed \(seed)")
  }

  /// Before its first entries have come.
  @Test func anUnreadTranscriptTakesEveryCommand() {
    for command in CommandCatalogue.commands where command.scope == .transcript {
      for then in CommandCatalogue.commands where then.scope == .transcript {
        var transcript = Operator(80, 24)
        transcript.answersLate = true
        transcript.press("home down ret")
        _ = transcript.state.run(command.name)
        _ = transcript.state.run(then.name)
        #expect(transcript.surface().size == Size(columns: 80, rows: 24))
      }
    }
  }
}
