import Testing

struct NcursesTerminalTests {
  private static let attributes = "stty -a | cksum | sed s/^/mode''s=/"

  @Test("Draws wide and marked text, and nothing that an agent printed is obeyed")
  func draws() async throws {
    let terminal = try TmuxSession()
    try terminal.run(TmuxSession.probe)
    let screen = try await terminal.wait(for: "80x24 colors 256")
    #expect(screen.contains("┌─ probe 日本 é ❤"))
    #expect(screen.contains("note ─┐"))
    #expect(screen.contains("A␛[2JB␛]0;title␇C\u{FFFD}D␀"))
    #expect(try terminal.tmux("display-message", "-p", "#{pane_title}").contains("title") == false)
    #expect(try terminal.screen(withStyles: true).contains("38;5;111"))
  }

  @Test("Keys, pastes and a new size arrive")
  func events() async throws {
    let terminal = try TmuxSession()
    try terminal.run(TmuxSession.probe)
    try await terminal.wait(for: "80x24")
    for (key, name) in [
      ("a", "a"), ("Up", "up"), ("C-k", "C-k"), ("M-x", "A-x"), ("F1", "f1"), ("BTab", "S-tab"), ("PPage", "pgup"),
      ("Home", "home"), ("Escape", "esc"),
    ] {
      try terminal.press(key)
      try await terminal.wait(for: "key \(name)")
    }
    try terminal.tmux("set-buffer", "pasted q text")
    try terminal.tmux("paste-buffer", "-p")
    try await terminal.wait(for: "paste pasted q text")
    try terminal.tmux("resize-window", "-x", "100", "-y", "30")
    #expect(try await terminal.wait(for: "resize 100x30").contains("100x30 colors"))
    try terminal.tmux("resize-window", "-x", "3", "-y", "2")
    try terminal.tmux("resize-window", "-x", "90", "-y", "24")
    try await terminal.wait(for: "resize 90x24")
  }

  @Test(
    "Every way out gives the terminal back as it was",
    arguments: [
      "q", "t", "TERM", "HUP", "INT", "SEGV", "ABRT", "BUS", "ILL", "FPE", "QUIT",
    ])
  func restores(way: String) async throws {
    let terminal = try TmuxSession()
    try terminal.run("echo before; \(Self.attributes)")
    let before = try await terminal.wait(for: "modes=").split(separator: "\n").first { $0.hasPrefix("modes=") }
    try terminal.run("\(TmuxSession.probe) 2>/dev/null")
    try await terminal.wait(for: "80x24")
    if way.count == 1 {
      try terminal.type(way)
    } else {
      try terminal.signal(way)
    }
    try await terminal.wait(for: "80x24", false)
    try terminal.run("clear; \(Self.attributes); echo alive")
    let screen = try await terminal.wait(for: "\nalive")
    #expect(screen.split(separator: "\n").first { $0.hasPrefix("modes=") } == before)
    #expect(try terminal.tmux("display-message", "-p", "#{alternate_on}#{cursor_flag}").hasPrefix("01"))
  }

  @Test("Stops and goes on with job control")
  func jobControl() async throws {
    let terminal = try TmuxSession()
    try terminal.run("set -m; \(TmuxSession.probe)")
    try await terminal.wait(for: "80x24")
    try terminal.press("C-z")
    try await terminal.wait(for: "80x24", false)
    try terminal.run("echo stopped; fg")
    try await terminal.wait(for: "resumed")
    #expect(try terminal.screen().contains("80x24"))
  }

  @Test("Hands the terminal to a child and takes it back")
  func child() async throws {
    let terminal = try TmuxSession()
    try terminal.run(TmuxSession.probe)
    try await terminal.wait(for: "80x24")
    try terminal.press("s")
    try await terminal.wait(for: "child-here")
    try terminal.run("hello")
    try await terminal.wait(for: "resumed")
    #expect(try terminal.screen().contains("80x24"))
  }

  @Test("Lends the terminal byte by byte, tells its size, and takes it back")
  func lends() async throws {
    let terminal = try TmuxSession()
    try terminal.run(TmuxSession.probe)
    try await terminal.wait(for: "80x24")
    try terminal.tmux("select-pane", "-T", "the operator's")
    try terminal.type("l")
    try await terminal.wait(for: "lent")
    #expect(try terminal.tmux("display-message", "-p", "#{pane_title}").hasPrefix("a stranger's"))
    try terminal.press("C-c")
    try await terminal.wait(for: "got 3")
    try terminal.press("C-z")
    try await terminal.wait(for: "got 26")
    try terminal.tmux("resize-window", "-x", "70", "-y", "20")
    try terminal.press("C-]")
    try await terminal.wait(for: "resumed")
    #expect(try terminal.screen().contains("70x20"))
    #expect(try terminal.tmux("display-message", "-p", "#{mouse_any_flag}").hasPrefix("0"))
    #expect(try terminal.tmux("display-message", "-p", "#{pane_title}").hasPrefix("the operator's"))
    #expect(try terminal.tmux("display-message", "-p", "#{insert_flag}#{wrap_flag}#{origin_flag}").hasPrefix("010"))
    try terminal.type("q")
    try await terminal.wait(for: "70x20", false)
  }

  @Test("Every way out of a loan gives the terminal back as it was", arguments: ["TERM", "HUP", "SEGV", "QUIT"])
  func restoresAfterLoan(way: String) async throws {
    let terminal = try TmuxSession()
    try terminal.run("echo before; \(Self.attributes)")
    let before = try await terminal.wait(for: "modes=").split(separator: "\n").first { $0.hasPrefix("modes=") }
    try terminal.run("\(TmuxSession.probe) 2>/dev/null")
    try await terminal.wait(for: "80x24")
    try terminal.tmux("select-pane", "-T", "the operator's")
    try terminal.type("l")
    try await terminal.wait(for: "lent")
    try terminal.signal(way)
    try await terminal.wait(for: "lent", false)
    try terminal.run("clear; \(Self.attributes); echo alive")
    let screen = try await terminal.wait(for: "\nalive")
    #expect(screen.split(separator: "\n").first { $0.hasPrefix("modes=") } == before)
    let flags = try terminal.tmux("display-message", "-p", "#{alternate_on}#{cursor_flag}#{mouse_any_flag}")
    #expect(flags.hasPrefix("010"))
    #expect(try terminal.tmux("display-message", "-p", "#{pane_title}").hasPrefix("the operator's"))
  }

  @Test(
    "No colours are sent with NO_COLOR or to a terminal that has none",
    arguments: [
      ["NO_COLOR": "1"], ["TERM": "vt100"],
    ])
  func withoutColors(environment: [String: String]) async throws {
    let terminal = try TmuxSession(environment: environment)
    try terminal.run(TmuxSession.probe)
    try await terminal.wait(for: "colors 0")
    let screen = try terminal.screen(withStyles: true)
    #expect(!screen.contains("[31m") && !screen.contains("38;5") && !screen.contains("48;5"))
  }

  @Test("Without UTF-8 everything is ASCII, and stands where it stood")
  func ascii() async throws {
    let terminal = try TmuxSession(environment: ["LC_ALL": "C"])
    try terminal.run(TmuxSession.probe)
    let screen = try await terminal.wait(for: "80x24")
    #expect(screen.contains("+- probe ???? e"))
    #expect(screen.unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test("A terminal that cannot show a screen is refused with a sentence", arguments: ["dumb", "no-such-terminal"])
  func refused(type: String) async throws {
    let terminal = try TmuxSession(environment: ["TERM": type])
    try terminal.run("\(TmuxSession.probe); echo rc=$?")
    let screen = try await terminal.wait(for: "rc=1")
    #expect(screen.contains("'\(type)'"))
  }

  @Test("Text reaches the operator's clipboard")
  func clipboard() async throws {
    let terminal = try TmuxSession()
    try terminal.tmux("set", "-s", "set-clipboard", "on")
    try terminal.run(TmuxSession.probe)
    try await terminal.wait(for: "80x24")
    try terminal.press("y")
    try await terminal.wait(for: "copied true")
    #expect(try terminal.tmux("show-buffer") == "from the probe")
  }

  @Test("A key costs few bytes")
  func bytes() async throws {
    let terminal = try TmuxSession()
    try terminal.run(TmuxSession.probe)
    try await terminal.wait(for: "80x24")
    func written(_ line: Int) async throws -> Int {
      try terminal.press("b")
      let end = ContinuousClock.now + .seconds(60)
      while ContinuousClock.now < end {
        let lines = try terminal.screen().split(separator: "\n").filter { $0.contains("bytes ") }
        if lines.count > line { return Int(lines[line].filter(\.isNumber)) ?? 0 }
        try await Task.sleep(for: .milliseconds(30))
      }
      return 0
    }
    let first = try await written(0)
    let second = try await written(1)
    #expect(first > 1000)
    #expect((1...200).contains(second - first), "\(first), then \(second)")
  }
}
