import AgentRuntimes
import ControlModel
import Glibc
import Testing

/// A real agent CLI, the stand-in of its model's API, and a folder for both.
final class RuntimeBench: Sendable {
  let peer: RuntimePeer
  let folder: Folder
  let configuration: RuntimeConfiguration
  private let server: Child
  private let port: String

  init(
    _ peer: RuntimePeer, permissions: AgentSpec.Permissions = .ask, prompt: String? = nil, budget: USD? = nil
  ) throws {
    self.peer = peer
    folder = try Folder()
    let binary = try output(of: ["\(support)/agent-clis", peer.cli]).trimmed
    let command = ["\(support)/\(peer.api)", "--log", "\(folder.path)/requests.jsonl"]
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    server = try #require(spawn(command, ["PATH": path], in: "/"))
    port = firstLine(of: server.output)
    var configuration = try RuntimeConfiguration.sample(
      runtime: peer.runtime, command: [binary], permissions: permissions, prompt: prompt,
      workingDirectory: "\(folder.path)/work", stateDirectory: "\(folder.path)/state")
    configuration.budget = budget
    self.configuration = configuration
    _ = try output(of: ["/bin/mkdir", configuration.workingDirectory, configuration.stateDirectory])
  }

  deinit {
    kill(server.pid, SIGTERM)
    waitpid(server.pid, nil, 0)
    for descriptor in [server.input, server.output, server.errors] { close(descriptor) }
  }

  /// Starts a driver on the CLI, replayed from `journal`.
  func start(_ configuration: RuntimeConfiguration? = nil, journal: [Event] = []) throws -> RuntimeProcess {
    let environment = [
      peer.address.variable: "http://127.0.0.1:\(port)\(peer.address.path)", peer.key: "a-key-for-nobody",
      // The CLIs leave files behind, some of them wherever one of these says.
      "TMPDIR": folder.path, "CLAUDE_CODE_TMPDIR": folder.path,
    ]
    let process = try RuntimeProcess(
      configuration ?? self.configuration, environment: environment, journal: journal)
    process.launch()
    return process
  }

  /// What the model was asked, oldest first.
  var requests: [JSONValue] {
    contents(of: "\(folder.path)/requests.jsonl").split(separator: 0x0A).compactMap {
      try? JSONValue(parsing: Array($0))
    }
  }

  /// What users said in the last request's conversation.
  var prompts: [String] {
    requests.last?["prompts"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  /// Claude Code's own record of the conversation.
  var claudeConversation: String {
    let slug = configuration.workingDirectory.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let file = "\(configuration.stateDirectory)/claude/projects/\(String(slug))/\(configuration.session).jsonl"
    return String(decoding: contents(of: file), as: UTF8.self)
  }

  /// Waits for what other processes do to files.
  func poll(_ isDone: (RuntimeBench) -> Bool) async throws {
    for _ in 0..<6000 where !isDone(self) { try await Task.sleep(for: .milliseconds(20)) }
    try #require(isDone(self))
  }

  func exists(_ name: String) -> Bool {
    access("\(configuration.workingDirectory)/\(name)", F_OK) == 0
  }
}

private let support =
  #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
  + "/Support"

private func firstLine(of descriptor: Int32) -> String {
  var line: [UInt8] = []
  var byte: UInt8 = 0
  while read(descriptor, &byte, 1) == 1, byte != 0x0A { line.append(byte) }
  return String(decoding: line, as: UTF8.self)
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

extension Amount {
  func times(_ count: Int) -> Self { (0..<count).reduce(.zero) { sum, _ in sum + self } }
}

extension [Event] {
  func count(_ kind: EventKind) -> Int { count { $0.kind == kind } }
  func first(_ kind: EventKind) -> Event? { first { $0.kind == kind } }
  func last(_ kind: EventKind) -> Event? { last { $0.kind == kind } }
  func named(_ name: String) -> [Event] { filter { $0.content.name == name } }
  var cost: USD { reduce(.zero) { $0 + ($1.content.cost ?? .zero) } }
  var usage: TokenUsage { reduce(.zero) { $0 + ($1.content.usage ?? .zero) } }
  /// The runtime's own names of the conversations in which something was said.
  var keptConversations: Set<String> {
    var current = "", kept: Set<String> = []
    for event in self {
      if let id = event.content.detail["runtimeSessionID"]?.stringValue { current = id }
      let isSaid = [.assistant, .thinking, .toolCall].contains(event.kind) || event.content.name == "runtime.message"
      if isSaid { kept.insert(current) }
    }
    return kept
  }
  /// The runtime's own names of the conversation.
  var runtimeSessionIDs: Set<String> { Set(compactMap { $0.content.detail["runtimeSessionID"]?.stringValue }) }
}
