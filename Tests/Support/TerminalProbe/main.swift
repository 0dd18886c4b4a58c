import Foundation
import NcursesTerminal
import TerminalCore

// A program to look at from outside, in tmux: shows its size, its colours and the events it gets. `q` quits, `t`
// traps, `b` writes how many bytes were written, `s` hands the terminal to a child for as long as that runs,
// `l` lends it to a program elsewhere until that gets a `^]`.

@MainActor
final class Probe {
  private let terminal: NcursesTerminal
  private var lines: [String] = []
  /// What an agent might print: it goes through the sanitiser as everything does.
  private let hostile = "A\u{1B}[2J\u{9B}31mB\u{1B}]0;title\u{07}C\u{202E}D\u{0}"

  init(_ terminal: NcursesTerminal) {
    self.terminal = terminal
    terminal.setEventHandler { [weak self] in self?.handle($0) }
  }

  private func handle(_ event: TerminalEvent) {
    switch event {
    case .key(.character("q")), .hangup: quit()
    case .key(.character("t")): trap()
    case .key(.character("b")): lines.append("bytes \(terminal.bytesWritten)")
    case .key(.character("s")): runChild()
    case .key(.character("l")): lend()
    case .key(.character("y")): lines.append("copied \(terminal.copyToClipboard("from the probe"))")
    case .key(let key): lines.append("key \(key)")
    case .paste(let text): lines.append("paste \(TextSanitizer.singleLine(text))")
    case .resize(let size): lines.append("resize \(size.columns)x\(size.rows)")
    case .resumed: lines.append("resumed")
    case .focus(let isFocused): lines.append("focus \(isFocused)")
    }
    draw()
  }

  private func quit() {
    terminal.close()
    exit(0)
  }

  private func trap() {
    let empty: [Int] = []
    lines.append("\(empty[lines.count + 1])")
  }

  private func runChild() {
    terminal.suspend()
    // Foundation's Process would put the child into a process group that may not read the terminal.
    let words = ["sh", "-c", "echo child-here; read line; echo got $line; sleep 0.3"]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) }
    arguments.append(nil)
    var child: pid_t = 0
    posix_spawn(&child, "/bin/sh", nil, nil, &arguments, environ)
    waitpid(child, nil, 0)
    terminal.resume()
  }

  /// The program leaves every mode behind that it can.
  private func lend() {
    terminal.lend { [terminal] bytes in
      if bytes.contains(0x1D) { return terminal.resume() }
      terminal.write(Array("got \(bytes.map(String.init).joined(separator: " "))\r\n".utf8))
    }
    terminal.write(
      Array(
        ("\u{1B}]2;a stranger's\u{07}\u{1B}[4h\u{1B}[?7l"
          + "\u{1B}[?1049h\u{1B}[H\u{1B}[2J\u{1B}[?25l\u{1B}[?1000h\u{1B}[3;5r\u{1B}[Hlent\r\n").utf8))
  }

  func draw() {
    var surface = Surface(size: terminal.size)
    let glyphs = terminal.capabilities.glyphs
    let blue = Style(foreground: .rgb(0x87, 0xAF, 0xFF), background: .indexed(236), attributes: .bold)
    surface.box(surface.bounds, title: "probe 日本 é ❤️ 👩‍💻", note: "note", style: blue, glyphs: glyphs)
    let inside = surface.bounds.inset()
    let size = "\(terminal.size.columns)x\(terminal.size.rows) colors \(terminal.capabilities.colors)"
    surface.write(size, at: inside.origin, within: inside)
    surface.write(
      TextSanitizer.singleLine(hostile), at: Position(column: 1, row: 2), style: Style(foreground: .indexed(1)),
      within: inside)
    for (index, line) in lines.suffix(max(0, inside.rows - 3)).enumerated() {
      surface.write(line, at: Position(column: 1, row: 3 + index), within: inside)
    }
    surface.cursor = Position(column: 1, row: 1)
    terminal.present(surface)
  }
}

do throws(NcursesFailure) {
  var options = NcursesOptions()
  options.countsBytes = true
  let probe = Probe(try NcursesTerminal(options: options, environment: ProcessInfo.processInfo.environment))
  probe.draw()
  RunLoop.main.run()
  withExtendedLifetime(probe) {}
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
