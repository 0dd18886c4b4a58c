import ControlModel
import TerminalCore

/// The lines at the bottom of the screen: filter, search and `:`.
extension ConsoleState {
  mutating func filterKey(_ key: Key, _ line: LineEditor, _ before: String) -> [ConsoleEffect] {
    var line = line
    lastMove = now
    switch key {
    case .escape:
      overlay = nil
      list.setFilter(before)
    case .enter:
      overlay = nil
      if list.visible.isEmpty { say("No session has all of “\(untrusted: line.text)”.", .warning) }
    case .up, .down:
      list.move(by: key == .up ? -1 : 1)
      return selectionMoved()
    default:
      guard line.handle(key) else { return [] }
      overlay = .filter(line, before: before)
      list.setFilter(line.text)
    }
    return selectionChanged()
  }

  mutating func searchKey(_ key: Key, _ line: LineEditor, _ before: String, _ from: Int64) -> [ConsoleEffect] {
    var line = line
    switch key {
    case .escape:
      overlay = nil
      transcript?.search = before
      return []
    case .enter:
      overlay = nil
      if line.text.isEmpty { return [] }
      let hit = transcript?.cursorItem?.contains(TextSearch(line.text)) ?? false
      return hit ? [] : search(.forward)
    default:
      guard line.handle(key) else { return [] }
      overlay = .search(line, before: before, from: from)
      return searchTyped(line.text, from: from)
    }
  }

  /// Goes to the nearest loaded hit at or after the place where the search began.
  mutating func searchTyped(_ text: String, from: Int64) -> [ConsoleEffect] {
    transcript?.search = text
    guard !text.isEmpty, let items = transcript?.window.items else { return [] }
    let wanted = TextSearch(text)
    let hit =
      items.first { $0.seq >= from && $0.contains(wanted) } ?? items.last { $0.contains(wanted) }
    return hit.flatMap { transcript?.go(to: $0.seq) } ?? []
  }

  mutating func search(_ direction: SearchDirection) -> [ConsoleEffect] {
    guard let text = transcript?.search, !text.isEmpty else { return [] }
    let wanted = TextSearch(text)
    return jump(direction, .text(text)) { $0.contains(wanted) }
  }

  /// To the next item of a kind: in what is loaded, else wherever the store finds one.
  mutating func jump(
    _ direction: SearchDirection, _ match: EventMatch, where matches: (TranscriptItem) -> Bool
  ) -> [ConsoleEffect] {
    guard let transcript else { return [] }
    if let seq = transcript.loadedSeq(direction, where: matches) { return self.transcript?.go(to: seq) ?? [] }
    let reachesEnd = direction == .forward ? transcript.isAtEnd : transcript.window.first <= 1
    let jump = Jump(
      session: transcript.session, from: transcript.edge(direction), direction: direction, match: match)
    return reachesEnd ? handle(.jumpFound(jump, seq: nil), at: now) : [.find(jump)]
  }

  // MARK: The prompt

  mutating func promptKey(_ key: Key, _ prompt: Prompt) -> [ConsoleEffect] {
    var prompt = prompt
    switch key {
    case .escape:
      overlay = nil
      return []
    case .enter:
      overlay = nil
      return runPrompt(prompt.line.text)
    case .tab, .down: prompt.complete(1, themes: themeNames, keymaps: keymapNames)
    case .backTab, .up: prompt.complete(-1, themes: themeNames, keymaps: keymapNames)
    default:
      if key == .backspace, prompt.line.isEmpty {
        overlay = nil
        return []
      }
      guard prompt.line.handle(key) else { return [] }
      prompt.edited()
    }
    overlay = .prompt(prompt)
    return []
  }

  private mutating func runPrompt(_ text: String) -> [ConsoleEffect] {
    let parts = text.trimmingSpaces.split(separator: " ", maxSplits: 1).map(String.init)
    guard let word = parts.first else { return [] }
    let argument = parts.count > 1 ? parts[1].trimmingSpaces : ""
    if let command = CommandName(rawValue: word) { return run(command) }
    return runWord(word, argument)
  }

  private mutating func runWord(_ word: String, _ argument: String) -> [ConsoleEffect] {
    switch word {
    case "q", "quit": return [.quit]
    case "filter":
      list.setFilter(argument)
      return selectionChanged()
    case "search": return openSearch(argument)
    case "theme": return needing(argument, "theme NAME") { .loadTheme($0) }
    case "keymap": return needing(argument, "keymap NAME") { .loadKeymap($0) }
    case "save-screen": return needing(argument, "save-screen FILE") { .saveScreen(path: $0) }
    case "goto": return settle() + goTo(argument)
    case "describe": return run(.sessionDescribe)
    case "shell": return run(.sessionShell)
    case "attach": return run(.sessionAttach)
    case "log": return run(.sessionLog)
    case "context": return [.chooseContext(argument)]
    case "export":
      let effects = settle()
      guard let session = transcript.flatMap({ list[$0.session] }) else {
        say("No session is open.", .warning)
        return []
      }
      return effects + needing(argument, "export FILE") { .export(session.id, title: session.title, path: $0) }
    default:
      say("There is no command “\(untrusted: word)”; ? lists them all.", .warning)
      return []
    }
  }

  private mutating func needing(
    _ argument: String, _ usage: CleanText, _ effect: (String) -> ConsoleEffect
  ) -> [ConsoleEffect] {
    if !argument.isEmpty { return [effect(argument)] }
    say("Say which: \(usage)", .warning)
    return []
  }

  private mutating func goTo(_ argument: String) -> [ConsoleEffect] {
    guard transcript != nil, let seq = Int64(argument), seq > 0, seq <= EventNumber.last else {
      say("Say which event: goto SEQ, a number from 1.", .warning)
      return []
    }
    return show(.transcript) + (transcript?.go(to: seq) ?? [])
  }
}
