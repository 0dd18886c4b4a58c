import ControlModel
import TerminalCore

extension ConsoleState {
  mutating func handleOverlayKey(_ key: Key) -> [ConsoleEffect] {
    switch overlay {
    case .none: return []
    case .help(let view): return helpKey(key, view)
    case .confirmation(let question): return confirmationKey(key, question)
    case .composer(let composer): return composerKey(key, composer)
    case .start(let form): return startKey(key, form)
    case .prompt(let prompt): return promptKey(key, prompt)
    case .filter(let line, let before): return filterKey(key, line, before)
    case .search(let line, let before, let from): return searchKey(key, line, before, from)
    case .record(let view): return recordKey(key, view)
    case .hits(let view): return hitsKey(key, view)
    case .sandbox(let view): return sandboxKey(key, view)
    case .opening: return openingKey(key)
    case .log(let view): return logKey(key, view)
    }
  }

  // MARK: Reading

  private mutating func helpKey(_ key: Key, _ view: HelpView) -> [ConsoleEffect] {
    var view = view
    guard let top = Self.scrolled(view.top, by: key, page: size.rows - 6) else {
      overlay = nil
      return []
    }
    view.top = top
    overlay = .help(view)
    return []
  }

  private mutating func recordKey(_ key: Key, _ view: RecordView) -> [ConsoleEffect] {
    var view = view
    guard let top = Self.scrolled(view.top, by: key, page: size.rows - 6) else {
      overlay = nil
      return []
    }
    view.top = min(top, max(0, (view.lines?.count ?? 0) - 1))
    overlay = .record(view)
    return []
  }

  /// The new first line; `nil` for keys that close what is being read.
  static func scrolled(_ top: Int, by key: Key, page: Int) -> Int? {
    switch key {
    case .down, .character("j"), .control("n"): top + 1
    case .up, .character("k"), .control("p"): max(0, top - 1)
    case .pageDown, .character(" "), .control("v"), .control("d"): top + max(1, page)
    case .pageUp, .control("u"), .alt("v"): max(0, top - max(1, page))
    case .home, .character("g"): 0
    case .escape, .enter, .character("q"), .character("?"), .character("R"), .character("D"): nil
    default: top
    }
  }

  // MARK: Questions

  private mutating func confirmationKey(_ key: Key, _ question: Confirmation) -> [ConsoleEffect] {
    if key == .escape {
      overlay = nil
      say("Nothing was done.")
      return []
    }
    guard !question.isInGrace(at: now) else { return [] }
    var question = question
    switch key {
    case .tab, .down: question.moveFocus(by: 1)
    case .backTab, .up: question.moveFocus(by: -1)
    case .enter: return confirmationEnter(question)
    default: return confirmationTyped(key, question)
    }
    overlay = .confirmation(question)
    return []
  }

  private mutating func confirmationTyped(_ key: Key, _ question: Confirmation) -> [ConsoleEffect] {
    var question = question
    switch question.focus {
    case .typed: _ = question.typed.handle(key)
    case .reason: _ = question.reason.handle(key)
    case .cancel, .confirm:
      switch key {
      case .left, .right: question.moveFocus(by: question.focus == .cancel ? 1 : -1)
      case .character("y"): return confirm(question)
      case .character("n"): return handleOverlayKey(.escape)
      default: break
      }
    }
    overlay = .confirmation(question)
    return []
  }

  private mutating func confirmationEnter(_ question: Confirmation) -> [ConsoleEffect] {
    var question = question
    if question.staleness != nil {
      guard question.request == nil, let session = list[question.target.session] else {
        return handleOverlayKey(.escape)
      }
      question.lookAgain(at: session, time: now)
      overlay = .confirmation(question)
      return []
    }
    switch question.focus {
    case .cancel: return handleOverlayKey(.escape)
    case .confirm: return confirm(question)
    case .typed, .reason:
      question.moveFocus(by: 1)
      overlay = .confirmation(question)
      return []
    }
  }

  /// Compares once more with the session as it is: what the dialog names is acted upon, or nothing.
  private mutating func confirm(_ question: Confirmation) -> [ConsoleEffect] {
    var question = question
    question.check(against: list[question.target.session])
    guard let draft = question.draft else {
      overlay = .confirmation(question)
      say(question.whyNotYet ?? "Not yet.", .warning)
      return []
    }
    overlay = nil
    return [.submit(draft)]
  }

  // MARK: Writing

  private mutating func composerKey(_ key: Key, _ composer: Composer) -> [ConsoleEffect] {
    var composer = composer
    switch key {
    case .escape:
      drafts[composer.session] = composer.text.isEmpty ? nil : composer.text.text
      overlay = nil
      if !composer.text.isEmpty { say("The message is kept; m goes on with it.") }
      return []
    case .enter: return send(composer)
    case Key(.enter, .alt), .control("j"): composer.text.insert("\n")
    default: _ = composer.text.handle(key)
    }
    overlay = .composer(composer)
    return []
  }

  private mutating func send(_ composer: Composer) -> [ConsoleEffect] {
    let words = composer.text.text.trimmingSpaces
    guard !words.isEmpty else {
      say("There is no text to send.", .warning)
      return []
    }
    overlay = nil
    // Kept until it is recorded: a refused message is not lost.
    drafts[composer.session] = composer.text.text
    return [
      .submit(
        OperationDraft(
          kind: .message, team: composer.team, session: composer.session, title: composer.title, generation: nil,
          argument: words))
    ]
  }

  private mutating func startKey(_ key: Key, _ form: StartForm) -> [ConsoleEffect] {
    var form = form
    switch key {
    case .escape:
      overlay = nil
      return []
    case .tab, .down: form.moveFocus(by: 1)
    case .backTab, .up: form.moveFocus(by: -1)
    case .enter: return startEnter(form)
    default: startTyped(key, &form)
    }
    overlay = .start(form)
    return []
  }

  private func startTyped(_ key: Key, _ form: inout StartForm) {
    switch form.focus {
    case .title: _ = form.title.handle(key)
    case .message: _ = form.message.handle(key)
    case .agent:
      if key == .left { form.chosen = (form.chosen + form.agents.count - 1) % form.agents.count }
      if key == .right || key.typed == " " { form.chosen = (form.chosen + 1) % form.agents.count }
    case .cancel, .start: if key == .left || key == .right { form.moveFocus(by: form.focus == .cancel ? 1 : -1) }
    }
  }

  private mutating func startEnter(_ form: StartForm) -> [ConsoleEffect] {
    var form = form
    switch form.focus {
    case .cancel:
      overlay = nil
      return []
    case .start:
      overlay = nil
      return [.start(form.draft)]
    case .message: form.focus = .start
    case .agent, .title: form.moveFocus(by: 1)
    }
    overlay = .start(form)
    return []
  }
}
