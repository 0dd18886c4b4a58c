import AgentRuntimes
import ControlModel
import Glibc
import Testing

/// The real Codex CLI, the stand-in of its model's API, and a folder for both.
final class CodexBench: Sendable {
  let folder: Folder
  private let server: Child
  private let port: String
  let configuration: RuntimeConfiguration

  init(permissions: AgentSpec.Permissions = .ask, prompt: String? = nil) throws {
    folder = try Folder()
    let support =
      #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/Support"
    let binary = try output(of: ["\(support)/agent-clis", "codex"]).trimmed
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    let command = ["\(support)/responses-api", "--log", "\(folder.path)/requests.jsonl"]
    server = try #require(spawn(command, ["PATH": path], in: "/"))
    port = firstLine(of: server.output)
    configuration = try RuntimeConfiguration.sample(
      runtime: .codex, command: [binary], permissions: permissions, prompt: prompt,
      workingDirectory: "\(folder.path)/work", stateDirectory: "\(folder.path)/state")
    _ = try output(of: ["/bin/mkdir", configuration.workingDirectory, configuration.stateDirectory])
  }

  deinit {
    kill(server.pid, SIGTERM)
    waitpid(server.pid, nil, 0)
    for descriptor in [server.input, server.output, server.errors] { close(descriptor) }
  }

  /// Starts a driver on the CLI, replayed from `journal`.
  func start(_ configuration: RuntimeConfiguration? = nil, journal: [Event] = []) throws -> RuntimeProcess {
    let process = try RuntimeProcess(
      configuration ?? self.configuration,
      environment: ["OPENAI_BASE_URL": "http://127.0.0.1:\(port)/v1", "OPENAI_API_KEY": "a-key-for-nobody"],
      journal: journal)
    process.launch()
    return process
  }

  /// What the model was asked, oldest first.
  var requests: [JSONValue] {
    contents(of: "\(folder.path)/requests.jsonl").split(separator: 0x0A).compactMap {
      try? JSONValue(parsing: Array($0))
    }
  }

  /// Waits for what other processes do to files.
  func poll(_ isDone: (CodexBench) -> Bool) async throws {
    for _ in 0..<6000 {
      if isDone(self) { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    try #require(isDone(self))
  }

  func exists(_ name: String) -> Bool {
    access("\(configuration.workingDirectory)/\(name)", F_OK) == 0
  }
}
