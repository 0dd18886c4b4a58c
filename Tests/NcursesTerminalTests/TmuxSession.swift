import Foundation
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
    var variables = ["LC_ALL": "C.UTF-8", "PS1": "PROMPT:"]
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["-u", "TMUX", "tmux", "-S", directory.appending(path: "s").path] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: "tmux \(arguments): \(text)") }
    return text
  }

  func type(_ line: String) throws { try tmux("send-keys", "-l", line) }
  func press(_ key: String) throws { try tmux("send-keys", key) }
  func run(_ line: String) throws {
    try type(line)
    try press("Enter")
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
