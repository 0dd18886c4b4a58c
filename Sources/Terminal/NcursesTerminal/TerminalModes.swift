import CNcurses
import CTerminalSignals
import Glibc
import TerminalCore

/// What is switched on in the terminal while the console has it, and off again on every way out.
@MainActor
struct TerminalModes {
  /// Text between marks when it is pasted. Terminals that do not know the mode ignore it; the oldest might not.
  private let bracketsPastes: Bool
  private let restore: [UInt8]
  /// Whether it keeps a stack of titles, as all do that took after xterm; others ignore what asks for it.
  private var knowsTitles: Bool { bracketsPastes }

  init(type: String) {
    bracketsPastes = !type.hasPrefix("vt") && type != "linux"
    var restore: [UInt8] = bracketsPastes ? Array("\u{1B}[?2004l".utf8) : []
    for capability in ["sgr0", "op", "cnorm", "rmkx", "rmcup"] {
      guard let text = nc_capability(capability) else { continue }
      restore += Self.withoutPadding(String(cString: text))
    }
    self.restore = restore
  }

  func enter() {
    raw()
    noecho()
    nonl()
    keypad(nc_screen_window(), true)
    // Armed first: a crash in between leaves a terminal that is restored once too often, not once too little.
    let armed = restore.withUnsafeBytes {
      terminal_signals_arm($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
    }
    assert(armed == 0, "the sequence that restores the terminal is too long")
    clearok(nc_screen_window(), true)
    refresh()
    if bracketsPastes { Self.write(Array("\u{1B}[?2004h".utf8)) }
  }

  func leave() {
    if bracketsPastes { Self.write(Array("\u{1B}[?2004l".utf8)) }
    curs_set(1)
    endwin()
    terminal_signals_disarm()
  }

  /// Each byte as it is typed, and no meaning for any of them here. A program elsewhere may leave any mode behind.
  func lend() {
    var attributes = termios()
    guard tcgetattr(STDIN_FILENO, &attributes) == 0 else { return }
    cfmakeraw(&attributes)
    let restore = (knowsTitles ? Self.title : []) + Self.afterLoan + self.restore
    let armed = restore.withUnsafeBytes {
      terminal_signals_arm($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
    }
    assert(armed == 0, "the sequence that restores the terminal is too long")
    tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
    if knowsTitles { Self.write(Array("\u{1B}[22;0t".utf8)) }
  }

  func endLoan() { terminal_signals_restore() }

  /// An end to a sequence that was cut short, then the title and the icon's name as they were when the terminal was lent.
  private static let title = Array("\u{18}\u{1B}[23;0t".utf8)

  /// Off with the other screen, the mouse, reports of focus, pasting marks, the keypad's own codes, keys in other
  /// encodings, a scrolling region, inserting and line drawing; on with wrapping, the cursor and its shape.
  private static let afterLoan = Array(
    ("\u{1B}[?1049l\u{1B}[?1000l\u{1B}[?1002l\u{1B}[?1003l\u{1B}[?1004l\u{1B}[?1005l\u{1B}[?1006l\u{1B}[?1015l"
      + "\u{1B}[?2004l\u{1B}[?1l\u{1B}>\u{1B}[>4;0m\u{1B}[r\u{1B}[4l\u{1B}(B\u{0F}\u{1B}[?6l\u{1B}[?5l\u{1B}[?7h\u{1B}[?25h\u{1B}[0 q"
      + "\u{1B}[0m\r\n").utf8)

  /// Straight to the terminal, past ncurses, which has nothing buffered between two frames.
  static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Terminal descriptions hold delays, `$<2>`, which are for those who send them slowly.
  private static func withoutPadding(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      if rest.starts(with: [0x24, 0x3C]), let end = rest.firstIndex(of: 0x3E) {
        rest = rest[(end + 1)...]
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return bytes
  }

  /// The keys whose sequences this terminal's description gives.
  static func describedKeys() -> [[UInt8]: Key] {
    var names: [String: Key] = [
      "kcuu1": .up, "kcud1": .down, "kcub1": .left, "kcuf1": .right, "khome": .home, "kend": .end, "kpp": .pageUp,
      "knp": .pageDown, "kich1": .insert, "kdch1": .delete, "kcbt": .backTab, "kent": .enter,
    ]
    for number in 1...12 { names["kf\(number)"] = .function(number) }
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in names {
      guard let text = nc_capability(name) else { continue }
      let sequence = Array(String(cString: text).utf8)
      // A single byte is a key of its own elsewhere.
      if sequence.count > 1 { keys[sequence] = key }
    }
    return keys
  }
}
