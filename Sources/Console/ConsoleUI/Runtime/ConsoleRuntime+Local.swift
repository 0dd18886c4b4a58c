import ConsoleConfig
import ControlModel
import TerminalCore

/// Effects that no store has a part in.
extension ConsoleRuntime {
  func copy(_ text: String) {
    // Here already, so that what is said of its length is so.
    let text = TextSanitizer.multiLine(text)
    // Terminals cap what OSC 52 may carry.
    let limit = 70_000
    let kept = String(decoding: text.utf8.prefix(limit), as: UTF8.self)
    if device.copyToClipboard(kept) {
      take(.copied(bytes: kept.utf8.count, cut: text.utf8.count > limit))
    } else {
      state.say("The terminal does not take the text into its clipboard.", .warning)
    }
  }

  func saveScreen(_ path: String) {
    var picture = Surface(size: state.size)
    ConsoleScreen.draw(state, into: &picture, glyphs: glyphs)
    let text = picture.text()
    start(.saveScreen(path: path)) { () throws(ControlFailure) in
      let file = try TextFile(path)
      defer { file.close() }
      try file.write(text + "\n")
    }
  }

  private func start(_ effect: ConsoleEffect, _ work: @escaping @Sendable () throws(ControlFailure) -> Void) {
    openTasks += 1
    Task {
      let failure = await runAway(work)
      let saved = if case .saveScreen(let path) = effect { path } else { "" }
      finish(effect, failure.map { .failed($0, during: effect) } ?? .saved(path: saved, what: "Screen"))
    }
  }

  func loadTheme(_ name: String) {
    guard state.themeNames.contains(name) else {
      return state.say("There is no theme \(untrusted: name).", .warning)
    }
    let settings = performer.configuration.settings()
    let colors = settings.settings.colors ?? device.capabilities.colors
    take(.themeLoaded(name: name, settings.theme(name, colors: colors).theme))
  }

  func loadKeymap(_ name: String) {
    guard state.keymapNames.contains(name) else {
      return state.say("There is no keymap \(untrusted: name).", .warning)
    }
    take(.keymapLoaded(name: name, performer.configuration.settings(keymap: name).keymap))
  }
}

@concurrent private func runAway(_ work: @Sendable () throws(ControlFailure) -> Void) async -> ControlFailure? {
  do throws(ControlFailure) {
    try work()
    return nil
  } catch {
    return error
  }
}
