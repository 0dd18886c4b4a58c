import Foundation
import Glibc
import Testing

/// A real terminal, 80×24, with a shell in it. Needs tmux.
final class TmuxSession {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private let directory: URL

  init(environment: [String: String] = [:]) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    // A crash reporter that asks what to do next would take the keys that are meant for the shell.
    var variables = ["LC_ALL": "C.UTF-8", "PS1": "PROMPT:", "SWIFT_BACKTRACE": "enable=no"]
    variables.merge(environment) { $1 }
    let settings = variables.map { "\($0.key)='\($0.value)'" }.sorted().joined(separator: " ")
    try tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "env -u NO_COLOR \(settings) sh")
  }

  deinit {
    _ = try? tmux("kill-server")
    try? FileManager.default.removeItem(at: directory)
  }

  @discardableResult
  func tmux(_ arguments: String...) throws -> String {
    // A file and not a pipe: whatever outlives the command may hold the file open without holding us up.
    let output = directory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: output) }
    let words = ["env", "-u", "TMUX", "LC_ALL=C.UTF-8", "tmux", "-u", "-S", directory.appending(path: "s").path]
    let status = try Self.run(words + arguments, output: output.path)
    let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    guard status == 0 else { throw Failure(description: "tmux \(arguments): \(text)") }
    return text
  }

  /// Runs a command to its end, with its output in a file.
  private static func run(_ words: [String], output: String) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    // Threads of Dispatch block signals, and children inherit that: a tmux server then never hears its own SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process: pid_t = 0
    let error = posix_spawnp(&process, words[0], &actions, &attributes, arguments, environ)
    guard error == 0 else { throw Failure(description: "\(words[0]): \(String(cString: strerror(error)))") }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  func type(_ line: String) throws { try tmux("send-keys", "-l", line) }
  func press(_ key: String) throws { try tmux("send-keys", key) }
  func run(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// Sends a signal, named as in `kill -l`, to what the shell runs.
  func signal(_ name: String) throws {
    let numbers = [
      "TERM": SIGTERM, "HUP": SIGHUP, "INT": SIGINT, "SEGV": SIGSEGV, "ABRT": SIGABRT, "BUS": SIGBUS, "ILL": SIGILL,
      "FPE": SIGFPE, "QUIT": SIGQUIT,
    ]
    let number = try #require(numbers[name])
    let shell = try tmux("display-message", "-p", "#{pane_pid}").filter(\.isNumber)
    let children = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(shell)/task/\(shell)/children"))
    let child = try #require(pid_t(String(decoding: children, as: UTF8.self).filter(\.isNumber)))
    #expect(kill(child, number) == 0)
  }

  func screen(withStyles: Bool = false) throws -> String {
    withStyles ? try tmux("capture-pane", "-p", "-e") : try tmux("capture-pane", "-p")
  }

  /// Waits until the screen shows what is wanted; fails with what it shows instead.
  @discardableResult
  func wait(for text: String, _ isShown: Bool = true) async throws -> String {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      let screen = try screen()
      if screen.contains(text) == isShown { return screen }
      try await Task.sleep(for: .milliseconds(30))
    }
    throw Failure(description: "waited for '\(text)' (\(isShown)), and the screen is:\n\(try screen())")
  }

  /// The probe, beside this test's own bundle.
  static var probe: String {
    let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    for argument in [folder.path] + CommandLine.arguments {
      let candidate = URL(fileURLWithPath: argument).deletingLastPathComponent().appending(path: "TerminalProbe")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate.path }
    }
    return "TerminalProbe"
  }
}
