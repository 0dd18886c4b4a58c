package import ControlModel
import Foundation

/// A whole Paddock in a directory of its own: the real program, its Postgres, its core, its sandboxes.
package struct PaddockInstallation: Sendable {
  package let directory: String
  package var environment: [String: String]
  /// The folder of its programs.
  package var products = Self.products

  package init(directory: String, environment: [String: String] = [:]) {
    self.directory = directory
    self.environment = environment
  }

  /// The folder that the build puts programs in, which is also where this test bundle lies.
  package static let products: String = {
    if let named = ProcessInfo.processInfo.environment["PADDOCK_PRODUCTS"] { return named }
    let bundle = ProcessInfo.processInfo.arguments[0]
    return URL(filePath: bundle).resolvingSymlinksInPath().deletingLastPathComponent().path
  }()

  package static let checkout: String = {
    var folder = URL(filePath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return folder.path
  }()

  /// Starts one, and takes all of it away behind `body`, however that ends.
  package static func run<Result>(
    environment: [String: String] = [:], _ body: (PaddockInstallation) async throws -> Result
  ) async throws -> Result {
    try await unstarted(environment: environment) { installation in
      try await installation.require("up", "--headless")
      return try await body(installation)
    }
  }

  /// A data directory in which nothing runs yet.
  package static func unstarted<Result>(
    environment: [String: String] = [:], _ body: (PaddockInstallation) async throws -> Result
  ) async throws -> Result {
    // Agents run as another user: the way to their volumes must be open to it.
    let directory = "/tmp/paddock-test-\(UUID().uuidString.prefix(8).lowercased())"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    let installation = PaddockInstallation(directory: directory, environment: environment)
    do {
      let result = try await body(installation)
      await installation.remove()
      return result
    } catch {
      let account = await installation.account
      await installation.remove()
      throw FailedWalk(error: error, account: account)
    }
  }

  private func remove() async {
    _ = try? await paddock("down")
    if ProcessInfo.processInfo.environment["PADDOCK_KEEP"] == nil {
      try? FileManager.default.removeItem(atPath: directory)
    }
  }

  package func paddock(_ arguments: String..., input: String? = nil) async throws -> ProgramRun {
    try await paddock(arguments, input: input)
  }

  package func paddock(_ arguments: [String], input: String? = nil) async throws -> ProgramRun {
    try await Program.run(
      [products + "/paddock"] + arguments, input: input,
      environment: environment.merging(["PADDOCK_DATA_DIR": directory]) { $1 })
  }

  /// Runs a command that must succeed.
  @discardableResult
  package func require(_ arguments: String..., input: String? = nil) async throws -> ProgramRun {
    let run = try await paddock(arguments, input: input)
    guard run.status == 0 else {
      throw UnexpectedRun(what: "paddock \(arguments.joined(separator: " "))", run: run, log: coreLog)
    }
    return run
  }

  package func json(_ arguments: String...) async throws -> JSONValue {
    let run = try await paddock(arguments + ["--output", "json"])
    guard run.status == 0 else {
      throw UnexpectedRun(what: "paddock \(arguments.joined(separator: " "))", run: run, log: coreLog)
    }
    return try JSONValue(parsing: run.output)
  }

  /// What the sessions did last, for failures that nobody was there to see.
  private var account: String {
    get async {
      guard let sessions = try? await json("session", "list").arrayValue else { return "no sessions can be read" }
      var lines: [String] = []
      for session in sessions {
        guard let id = session["id"]?.stringValue else { continue }
        lines.append("\(id) \(session["state"]?.stringValue ?? "?"): \(session["reason"]?.stringValue ?? "")")
        for event in (try? await events(of: id))?.suffix(24) ?? [] {
          lines.append(
            "  \(event.seq) \(event.time) \(event.kind.rawValue) \(event.content.name ?? "")"
              + " \(event.text.prefix(120))")
        }
      }
      return lines.joined(separator: "\n")
    }
  }

  package var coreLog: String {
    let text = (try? String(contentsOfFile: directory + "/core.log", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").suffix(30).joined(separator: "\n")
  }
}

struct FailedWalk: Error, CustomStringConvertible {
  var error: any Error
  var account: String

  var description: String { "\(error)\nThe sessions' last events:\n\(account)" }
}

package struct UnexpectedRun: Error, CustomStringConvertible {
  var what: String
  var run: ProgramRun
  var log: String

  package init(what: String, run: ProgramRun, log: String) {
    self.what = what
    self.run = run
    self.log = log
  }

  package var description: String {
    "\(what) ended with \(run.status): \(run.errors)\(run.output)\nThe core's log ends:\n\(log)"
  }
}

/// Looks again and again until `body` gives a value; says what it waited for when it never does.
@discardableResult
package func eventually<Value>(
  _ what: String, within seconds: Double = 60, _ body: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while true {
    if let value = try await body() { return value }
    guard ContinuousClock.now < deadline else { throw NeverHappened(what: what, seconds: seconds) }
    try await Task.sleep(for: .milliseconds(50))
  }
}

package struct NeverHappened: Error, CustomStringConvertible {
  var what: String
  var seconds: Double
  package var description: String { "Not within \(Int(seconds)) s: \(what)" }
}
