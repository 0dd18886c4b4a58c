import ControlModel
import Foundation
import PaddockProgram
import Testing

/// The stand-in for a model's API on the loopback, as a process of this test.
final class ModelStandIn {
  let port: String
  private let process: Process
  private let log: URL

  init(_ program: String = "messages-api") throws {
    log = FileManager.default.temporaryDirectory.appending(path: "paddock-model-\(UUID().uuidString).jsonl")
    process = Process()
    process.executableURL = URL(filePath: Self.support + program)
    process.arguments = ["--log", log.path]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    port = Self.firstLine(of: output.fileHandleForReading)
  }

  deinit {
    process.terminate()
    try? FileManager.default.removeItem(at: log)
  }

  /// What the model was asked for, oldest first.
  var requests: [JSONValue] {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
  }

  /// The real agent CLI: `claude` or `codex`.
  static func agent(_ name: String) async throws -> String {
    let run = try await Program.run([support + "agent-clis", name])
    return try #require(run.lines.last, "agent-clis \(name): \(run.errors)")
  }

  private static let support = PaddockInstallation.checkout + "/Tests/Support/"

  private static func firstLine(of handle: FileHandle) -> String {
    var line = Data()
    while let byte = try? handle.read(upToCount: 1), !byte.isEmpty, byte[0] != 0x0A { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }
}
