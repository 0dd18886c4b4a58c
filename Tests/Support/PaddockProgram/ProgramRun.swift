import Foundation

/// What a finished program said.
package struct ProgramRun: Sendable {
  package var status: Int32
  package var output: String
  package var errors: String

  package var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// Runs a real program to its end. Its output goes to files, so that no pipe can fill up.
package enum Program {
  package static func run(
    _ command: [String], input: String? = nil, environment: [String: String] = [:], directory: String? = nil
  ) async throws -> ProgramRun {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "paddock-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(filePath: directory) }
    process.standardOutput = try file(scratch.appending(path: "output"))
    process.standardError = try file(scratch.appending(path: "errors"))
    process.standardInput = FileHandle.nullDevice
    if let input {
      let source = scratch.appending(path: "input")
      try Data(input.utf8).write(to: source)
      process.standardInput = try FileHandle(forReadingFrom: source)
    }
    let status = try await end(of: process)
    return ProgramRun(
      status: status, output: try text(scratch.appending(path: "output")),
      errors: try text(scratch.appending(path: "errors")))
  }

  private static func end(of process: Process) async throws -> Int32 {
    try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
  }

  private static func file(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  private static func text(_ url: URL) throws -> String {
    String(decoding: try Data(contentsOf: url), as: UTF8.self)
  }
}
