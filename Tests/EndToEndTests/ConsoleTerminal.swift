import Foundation
import PaddockProgram
import Testing

/// A real terminal with a shell in it, by a tmux server of its own; every byte that is written to it is kept.
struct ConsoleTerminal {
  struct Size: Sendable, CustomStringConvertible {
    var columns: Int
    var rows: Int
    var description: String { "\(columns)x\(rows)" }

    static let small = Size(columns: 80, rows: 24)
    static let large = Size(columns: 200, rows: 60)
  }

  let directory: URL

  static func open(
    _ size: Size, on paddock: PaddockInstallation, _ body: (ConsoleTerminal) async throws -> Void
  ) async throws {
    let terminal = ConsoleTerminal(
      directory: FileManager.default.temporaryDirectory.appending(path: "paddock-tmux-\(UUID().uuidString)"))
    try FileManager.default.createDirectory(at: terminal.directory, withIntermediateDirectories: true)
    do {
      try await terminal.start(size, paddock)
      try await body(terminal)
    } catch {
      await terminal.close()
      throw error
    }
    await terminal.close()
  }

  private func start(_ size: Size, _ paddock: PaddockInstallation) async throws {
    let variables = [
      "LC_ALL=C.UTF-8", "PS1='shell> '", "PADDOCK_DATA_DIR=\(paddock.directory)",
      "XDG_CONFIG_HOME=\(directory.path)", "PATH=\(PaddockInstallation.products):/usr/bin:/bin", "TZ=UTC",
    ]
    try await tmux(
      "-f", "/dev/null", "new-session", "-d", "-x", "\(size.columns)", "-y", "\(size.rows)",
      "env -u NO_COLOR -u COLORTERM -u ENV \(variables.joined(separator: " ")) sh")
    try await tmux("pipe-pane", "-O", "cat >> '\(raw.path)'")
    try await wait(for: "shell>")
  }

  private func close() async {
    _ = try? await tmux("kill-server")
    try? FileManager.default.removeItem(at: directory)
  }

  private var raw: URL { directory.appending(path: "raw") }

  /// All that programs have written to the terminal so far.
  var written: [UInt8] { [UInt8]((try? Data(contentsOf: raw)) ?? Data()) }

  @discardableResult
  func tmux(_ arguments: String...) async throws -> String {
    let run = try await Program.run(
      ["-u", "TMUX", "LC_ALL=C.UTF-8", "tmux", "-S", directory.appending(path: "s").path] + arguments)
    try #require(run.status == 0, "tmux \(arguments): \(run.errors)")
    return run.output
  }

  func type(_ text: String) async throws { try await tmux("send-keys", "-l", text) }
  func press(_ key: String) async throws { try await tmux("send-keys", key) }

  func run(_ line: String) async throws {
    try await type(line)
    try await press("Enter")
  }

  func resize(_ size: Size) async throws {
    try await tmux("resize-window", "-x", "\(size.columns)", "-y", "\(size.rows)")
  }

  func screen(withStyles: Bool = false) async throws -> String {
    withStyles ? try await tmux("capture-pane", "-p", "-e") : try await tmux("capture-pane", "-p")
  }

  func ask(_ format: String) async throws -> String {
    try await tmux("display-message", "-p", format).trimmingCharacters(in: .newlines)
  }

  /// Waits until the screen is as wanted; says what it shows instead when it never is.
  @discardableResult
  func wait(for what: String, until isRight: (String) -> Bool) async throws -> String {
    let end = ContinuousClock.now + .seconds(90)
    var screen = ""
    while ContinuousClock.now < end {
      screen = try await self.screen()
      if isRight(screen) { return screen }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw NeverShown(what: what, screen: screen)
  }

  @discardableResult
  func wait(for texts: String...) async throws -> String {
    try await wait(for: texts.joined(separator: " and ")) { screen in texts.allSatisfy(screen.contains) }
  }

  /// A whole frame with a text: a terminal may be looked at while it still takes one in.
  func settled(with text: String) async throws -> String {
    var last = ""
    return try await wait(for: "\(text), and nothing more to come") { screen in
      defer { last = screen }
      return screen.contains(text) && screen == last
    }
  }

  /// What runs in the shell.
  func foreground() async throws -> pid_t {
    let shell = try await ask("#{pane_pid}")
    let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    return try #require(pid_t(children.split(separator: " ").first ?? ""))
  }

  /// How the terminal is set, as `stty` says it.
  func settings() async throws -> String {
    let file = directory.appending(path: "stty")
    try? FileManager.default.removeItem(at: file)
    try await run("clear; stty -a > '\(file.path).part'; mv '\(file.path).part' '\(file.path)'")
    try await eventually("stty has spoken") { FileManager.default.fileExists(atPath: file.path) ? true : nil }
    try await wait(for: "a shell") { $0.hasPrefix("shell>\n") }
    return try String(contentsOf: file, encoding: .utf8)
  }
}

struct NeverShown: Error, CustomStringConvertible {
  var what: String
  var screen: String
  var description: String { "The screen never showed \(what); it shows:\n\(screen)" }
}
