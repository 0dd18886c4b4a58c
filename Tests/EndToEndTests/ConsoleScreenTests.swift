import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// The real console in a real terminal, on a real stack with real agents.
@Suite(.serialized) struct ConsoleScreenTests {
  @Test(arguments: [ConsoleTerminal.Size.small, .large])
  func anOperatorDoesEverythingFromTheConsole(size: ConsoleTerminal.Size) async throws {
    let model = try ModelStandIn()
    try await PaddockInstallation.run { paddock in
      try await paddock.applyClaude("claude", model)
      try await paddock.apply(agent: "echo", echo)
      let other = try await paddock.start(agent: "echo", title: "count the lines", message: "one")
      let id = try await paddock.start(agent: "claude", title: "fix the flaky tests")
      // Only then, so that the events have one order.
      try await paddock.wait(for: id, toHave: "a runtime") { $0.content.name == "runtime.started" }
      try await paddock.require("session", "message", id, "[[text: Good morning.]]")
      try await paddock.wait(for: id, toHave: "its answer") { $0.kind == .result }
      try await paddock.wait(for: id, toBe: "waiting")
      try await paddock.wait(for: other, toHave: "its answer") { $0.text == "heard one" }
      try await ConsoleTerminal.open(size, on: paddock) { terminal in
        let operate = Operate(paddock: paddock, terminal: terminal, id: id, size: size)
        let settings = try await terminal.settings()
        try await operate.open()
        try await operate.follow()
        try await operate.approve()
        try await operate.deny()
        try await operate.interrupt()
        try await operate.restart()
        try await operate.almostKill()
        try await operate.readHelp()
        try await operate.resize()
        try await operate.quit(with: settings)
        try await operate.reopen()
      }
    }
  }

  @Test func theTerminalIsRestoredHoweverTheConsoleEnds() async throws {
    try await PaddockInstallation.run { paddock in
      try await ConsoleTerminal.open(.small, on: paddock) { terminal in
        let settings = try await terminal.settings()
        // The toolchain's crash reporter would wait for a key.
        let (none, quiet) = ("enable=no", "enable=yes,interactive=no,color=no")
        let endings = [(SIGTERM, 0, none), (SIGSEGV, 128 + SIGSEGV, none), (SIGHUP, 0, none)]
        for (ending, status, reporter) in endings + [(SIGSEGV, 128 + SIGSEGV, quiet)] {
          try await terminal.run("echo earlier; SWIFT_BACKTRACE=\(reporter) paddock console; echo it ended with $?")
          try await terminal.wait(for: "? help")
          #expect(try await terminal.ask("#{alternate_on}") == "1")
          kill(try await terminal.foreground(), ending)
          try await terminal.wait(for: "it ended with \(status)")
          #expect(try await terminal.ask("#{alternate_on} #{cursor_flag} #{keypad_flag}") == "0 1 0")
          #expect(try await terminal.settings() == settings, "after signal \(ending)")
        }
      }
    }
  }

  /// Promise 6.
  @Test func whatAnAgentPrintsNeverReachesTheTerminalAsAControlSequence() async throws {
    let hostile =
      #"printf "start \\033]52;c;ZXZpbA==\\007\\033]0;evil\\007\\033[2J\\033[31mred\\033[6n\\302\\2335A\\2332J"; "#
      + #"printf " \\342\\200\\256desrever \\033P1\\033\\\\ \\033[?1049l\\016\\r\\bgone the end\\n"; sleep 600"#
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(
        agent: "hostile", "runtime: exec\ncommand: [/bin/sh, -c, '\(hostile.replacing(#"\\"#, with: #"\"#))']")
      let id = try await paddock.start(agent: "hostile", title: "a\u{1B}]0;evil\u{07}b\u{202E}c")
      try await paddock.wait(for: id, toHave: "its words") { $0.text.contains("the end") }
      try await ConsoleTerminal.open(.small, on: paddock) { terminal in
        let title = try await terminal.ask("#{pane_title}")
        try await terminal.run("paddock console")
        try await terminal.wait(for: "hostile")
        try await terminal.press("Enter")
        try await terminal.wait(for: "start", "the end")
        #expect(try await terminal.ask("#{pane_title} #{alternate_on}") == title + " 1")
        let written = String(decoding: terminal.written, as: UTF8.self)
        for sequence in ["\u{1B}]", "\u{1B}P", "\u{1B}[2J\u{1B}[31m", "\u{1B}[31mred", "\u{1B}[6n", "\u{07}"] {
          #expect(!written.contains(sequence), "\(sequence.unicodeScalars.map(\.value))")
        }
        let bad = written.unicodeScalars.filter { (0x80...0x9F).contains($0.value) || $0.value == 0x202E }
        #expect(bad.isEmpty)
        #expect(try await terminal.tmux("list-buffers").isEmpty)
        let styled = try await terminal.screen(withStyles: true)
        #expect(!styled.contains("\u{1B}[31mred"))
      }
    }
  }

  @Test func anEventIsOnTheScreenAtOnce() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "echo", echo)
      let id = try await paddock.start(agent: "echo", title: "count the lines", message: "one")
      try await ConsoleTerminal.open(.small, on: paddock) { terminal in
        try await terminal.run("paddock console")
        try await terminal.wait(for: "count the")
        try await terminal.press("Enter")
        try await terminal.wait(for: "heard one")
        var delays: [Double] = []
        for round in 1...8 {
          try await paddock.require("session", "message", id, "round \(round)", "--wait", "0")
          try await terminal.wait(for: "heard round \(round)")
          let seen = Timestamp.now()
          let event = try await paddock.wait(for: id, toHave: "it") { $0.text == "heard round \(round)" }
          delays.append(seen.seconds(since: event.time))
        }
        print("From event to screen: \(delays.sorted().map { "\(Int($0 * 1000)) ms" }.joined(separator: ", "))")
        #expect(delays.sorted()[4] < 2)
      }
    }
  }

  private let echo = """
    runtime: exec
    command: [/bin/sh, -c, 'echo ready; while read -r line; do echo "heard $line"; done']
    """
}

extension PaddockInstallation {
  func start(agent: String, title: String, message: String? = nil) async throws -> String {
    let arguments = [
      "session", "start", "--team", "engineering", "--agent", agent, "--title", title, "--output", "json",
    ]
    let run = try await paddock(arguments + (message.map { ["--message", $0] } ?? []))
    try #require(run.status == 0, "\(run.errors)")
    return try #require(try JSONValue(parsing: run.output)["id"]?.stringValue)
  }
}

/// What an operator does, in order, and what the screen must answer.
private struct Operate {
  let paddock: PaddockInstallation
  let terminal: ConsoleTerminal
  let id: String
  let size: ConsoleTerminal.Size

  func open() async throws {
    try await terminal.run("echo earlier; paddock console")
    try await terminal.wait(for: "count the", "fix the", "? help")
    try await terminal.press("/")
    try await terminal.wait(for: "filter:")
    try await terminal.type("flaky")
    try await terminal.wait(for: "/flaky/", "1/1")
    try await terminal.press("Enter")
    try await terminal.wait(for: "m message")
    try await terminal.press("Enter")
    let screen = try await terminal.wait(for: "Good morning.", "end of turn", "following")
    try RecordedScreen.expect(screen, "open-\(size)")
  }

  func follow() async throws {
    try await terminal.press("Home")
    try await terminal.wait(for: "Runner started")
    try await terminal.press("End")
    try await terminal.wait(for: "following", "end of turn")
    try await terminal.press("2")
  }

  func approve() async throws {
    try await terminal.press("m")
    try await terminal.wait(for: "Message to")
    try await terminal.type("[[bash: touch approved]] [[text: Allowed.]]")
    try RecordedScreen.expect(try await terminal.wait(for: "[[text: Allowed.]]"), "message-\(size)")
    try await terminal.press("Enter")
    try await terminal.wait(for: "! approval", "not answered yet")
    try await terminal.press("a")
    let screen = try await terminal.wait(for: "Approve “fix the flaky tests”?", "y yes")
    try RecordedScreen.expect(screen, "approve-\(size)")
    try await terminal.press("y")
    try await terminal.wait(for: "→ Allowed by", " Allowed. ", "○ waiting")
    #expect(paddock.hasFile("approved", in: id))
  }

  func deny() async throws {
    try await say("[[bash: touch denied]] [[text: Refused.]]")
    try await terminal.wait(for: "! approval", "not answered yet")
    try await terminal.press("d")
    try await terminal.wait(for: "Deny “fix the flaky tests”?", "y yes")
    try await terminal.type("Not that.")
    try await terminal.wait(for: "Not that.")
    try await terminal.press("Tab")
    try await terminal.press("y")
    try await terminal.wait(for: ": Not that.", " Refused. ", "○ waiting")
    #expect(!paddock.hasFile("denied", in: id))
  }

  func interrupt() async throws {
    try await say("[[slow: 300]]")
    try await terminal.wait(for: "● working")
    try await paddock.wait(for: id, toHave: "a turn") {
      $0.content.name == "runtime.turn" && $0.seq > 30 || $0.text.contains("slow")
    }
    try await terminal.press("i")
    try await terminal.wait(for: "Interrupt “fix the flaky tests”?", "y yes")
    try await terminal.press("y")
    try await terminal.wait(for: "○ waiting")
    let result = try await paddock.events(of: id).last { $0.kind == .result }
    #expect(result?.content.detail["stopReason"] == "interrupted")
  }

  func restart() async throws {
    try await terminal.press("r")
    let screen = try await terminal.wait(for: "Restart “fix the flaky tests”?", "▸ Cancel ◂", "y yes")
    try RecordedScreen.expect(screen, "restart-\(size)")
    try await terminal.press("Enter")
    try await terminal.wait(for: "Nothing was done.")
    #expect(try await paddock.session(id)["generation"] == 1)
    try await terminal.press("r")
    try await terminal.wait(for: "Restart “fix the flaky tests”?", "y yes")
    try await terminal.press("y")
    try await eventually("generation 2") { try await paddock.session(id)["generation"] == 2 ? true : nil }
    try await terminal.wait(for: "○ waiting", "resumed")
  }

  func almostKill() async throws {
    try await terminal.press("K")
    let screen = try await terminal.wait(for: "Kill “fix the flaky tests”?", "▸ Cancel ◂", "y yes")
    try RecordedScreen.expect(screen, "kill-\(size)")
    try await terminal.press("Enter")
    try await terminal.wait(for: "Nothing was done.")
    #expect(try await paddock.session(id)["state"] == "waiting")
  }

  func readHelp() async throws {
    try await terminal.press("?")
    try RecordedScreen.expect(try await terminal.settled(with: "Everywhere"), "help-\(size)")
    try await terminal.press("q")
    try await terminal.wait(for: "no help") { !$0.contains("Everywhere") }
  }

  func resize() async throws {
    for other in [size.columns == 80 ? ConsoleTerminal.Size.large : .small, size] {
      try await terminal.resize(other)
      try await terminal.wait(for: "a frame of \(other)") { screen in
        let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count >= other.rows && lines[1].count == other.columns && lines[1].hasSuffix("┐")
          && lines[other.rows - 1].contains("? help")
      }
    }
  }

  func quit(with settings: String) async throws {
    try await terminal.press("q")
    try await terminal.wait(for: "earlier", "shell>")
    #expect(try await terminal.ask("#{alternate_on} #{cursor_flag}") == "0 1")
    #expect(try await terminal.settings() == settings)
  }

  /// Agents go on without a console; the next one shows what they did.
  func reopen() async throws {
    try await paddock.require("session", "message", id, "[[text: While you were away.]]")
    try await paddock.wait(for: id, toHave: "an answer") { $0.text == "While you were away." && $0.kind == .result }
    try await terminal.run("paddock console")
    try await terminal.wait(for: "fix the", "? help")
    try await terminal.press("/")
    try await terminal.wait(for: "filter:")
    try await terminal.type("flaky")
    try await terminal.press("Enter")
    try await terminal.wait(for: "/flaky/", "1/1")
    try await terminal.press("Enter")
    try await terminal.wait(for: "While you were away.", "following")
    try await terminal.press(":")
    try await terminal.type("quit")
    try await terminal.press("Enter")
    try await terminal.wait(for: "shell>")
  }

  private func say(_ text: String) async throws {
    try await terminal.press("m")
    try await terminal.wait(for: "Message to")
    try await terminal.type(text)
    try await terminal.press("Enter")
  }
}
