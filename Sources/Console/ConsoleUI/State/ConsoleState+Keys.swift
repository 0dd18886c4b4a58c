import ConsoleConfig
import ControlModel
import TerminalCore

extension ConsoleState {
  mutating func handleKey(_ key: Key) -> [ConsoleEffect] {
    if ScreenLayout.isTooSmall(size) { return handleBlindKey(key) }
    if overlay != nil { return handleOverlayKey(key) }
    return handleBoundKey(key)
  }

  /// Nothing is shown but that the window is too small: nothing is done unseen, and one can leave.
  private mutating func handleBlindKey(_ key: Key) -> [ConsoleEffect] {
    let keys = pendingKeys + [key]
    pendingKeys = []
    switch keymap.match(keys, in: [.global]) {
    case .prefix: pendingKeys = keys
    case .command(CommandName.appQuit.rawValue): return run(.appQuit)
    case .command, .none: break
    }
    return []
  }

  private mutating func handleBoundKey(_ key: Key) -> [ConsoleEffect] {
    if key == .escape, !pendingKeys.isEmpty {
      pendingKeys = []
      return []
    }
    let keys = pendingKeys + [key]
    switch keymap.match(keys, in: focus.scopes) {
    case .prefix:
      pendingKeys = keys
      return []
    case .command(let name):
      pendingKeys = []
      if key == .escape, list.filter.isEmpty { return escape() }
      return run(named: name)
    case .none:
      let shown = KeySequenceText(keys).text
      pendingKeys = []
      if key == .escape { return escape() }
      say("\(untrusted: shown) does nothing here.", .warning)
      return []
    }
  }

  /// Esc gives up what narrows the view, the newest first.
  private mutating func escape() -> [ConsoleEffect] {
    notice = nil
    if focus == .transcript, transcript?.search.isEmpty == false {
      transcript?.search = ""
      return []
    }
    if isZoomed { return run(.paneZoom) }
    if focus != .sandboxes { return show(.sandboxes) }
    return list.filter.isEmpty ? [] : run(.filterClear)
  }

  private mutating func run(named name: String) -> [ConsoleEffect] {
    guard let command = CommandName(rawValue: name) else {
      say("There is no command \(untrusted: name).", .warning)
      return []
    }
    return run(command)
  }

  /// Runs a command, or says why it can do nothing just then.
  package mutating func run(_ name: CommandName) -> [ConsoleEffect] {
    let command = CommandCatalogue.command(name)
    let effects = command?.scope == .transcript ? settle() : []
    if let reason = command?.disabledReason(self) {
      say(reason, .warning)
      return effects
    }
    return effects + perform(name)
  }

  mutating func paste(_ text: String) -> [ConsoleEffect] {
    guard !ScreenLayout.isTooSmall(size) else { return [] }
    switch overlay {
    case .composer(var composer):
      composer.text.insert(text)
      overlay = .composer(composer)
    case .confirmation(var question) where !question.isInGrace(at: now):
      question.insert(text.oneLine)
      overlay = .confirmation(question)
    case .start(var form):
      form.insert(text.oneLine)
      overlay = .start(form)
    case .prompt(var prompt):
      prompt.line.insert(text.oneLine)
      prompt.edited()
      overlay = .prompt(prompt)
    case .filter(var line, let before):
      line.insert(text.oneLine)
      overlay = .filter(line, before: before)
      list.setFilter(line.text)
      return selectionChanged()
    case .search(var line, let before, let from):
      line.insert(text.oneLine)
      overlay = .search(line, before: before, from: from)
      return searchTyped(line.text, from: from)
    case .hits(var view):
      view.line.insert(text.oneLine)
      overlay = .hits(view)
    case .none, .help, .record, .sandbox, .opening, .log, .confirmation:
      say("Pasted text goes nowhere here; open a message first.", .warning)
    }
    return []
  }
}

/// A key sequence as people write it.
struct KeySequenceText {
  let text: String

  init(_ keys: [Key]) { text = keys.map(Self.name).joined(separator: " ") }

  /// `⏎`, `^k`, `M-x`, `tab`: short enough for the bottom bar.
  static func name(_ key: Key) -> String {
    let notation = key.description
    if notation == "ret" { return "⏎" }
    if notation.hasPrefix("C-") { return "^\(notation.dropFirst(2))" }
    if notation.hasPrefix("A-") { return "M-\(notation.dropFirst(2))" }
    return notation
  }
}

extension String {
  var oneLine: String { String(map { $0.isNewline ? " " : $0 }) }
}

extension LineEditor {
  /// What every line of text does with a key; false when the key is none of its business.
  mutating func handle(_ key: Key) -> Bool {
    if let character = key.typed {
      insert(String(character))
      return true
    }
    switch key {
    case .backspace: deleteBackward()
    case .delete: deleteForward()
    case .left: move(by: -1)
    case .right: move(by: 1)
    case .home, .control("a"): moveToStart()
    case .end, .control("e"): moveToEnd()
    case .control("w"): deleteWordBackward()
    case .control("u"): deleteToStart()
    case .control("k"): deleteToEnd()
    default: return false
    }
    return true
  }
}
