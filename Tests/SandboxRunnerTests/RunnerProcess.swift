import ControlModel
import Glibc
import RunnerProtocol
import Testing

/// The real, static program in a process of its own. It is found by the environment's PADDOCK_RUNNER, or in the build
/// directory beside the running tests.
final class RunnerProcess {
  let process: pid_t
  private var isReaped = false

  init(_ configuration: RunnerConfiguration, in folder: TemporaryFolder) throws {
    try folder.write(Array(JSONValue.object(configuration.json).text.utf8), to: "configuration.json")
    var process: pid_t = 0
    let path = try Self.program()
    let words = [path, "--config", "\(folder.path)/configuration.json"]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    #expect(posix_spawn(&process, path, nil, nil, arguments, nil) == 0)
    self.process = process
  }

  deinit {
    if !isReaped { _ = end(SIGKILL) }
  }

  /// Signals, and waits for the end; the exit code, or the negative signal.
  func end(_ signal: Int32) -> Int32 {
    kill(process, signal)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    isReaped = true
    return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
  }

  static func program() throws -> String {
    if let path = getenv("PADDOCK_RUNNER") { return String(cString: path) }
    var buffer = [CChar](repeating: 0, count: 4096)
    // The running image is the test bundle, or a tool of the toolchain that has loaded it.
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
    let count = readlink("/proc/self/exe", &buffer, 4095)
    let image = bundle ?? String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = image.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let program = path + "/paddock-runner"
    return try #require(
      access(program, X_OK) == 0 ? program : nil, "Build paddock-runner first, or name it in PADDOCK_RUNNER: \(program)"
    )
  }
}

func makeConfiguration(_ folder: TemporaryFolder, _ command: [String], socket: String? = nil) throws
  -> RunnerConfiguration
{
  let time = Timestamp.now()
  let agent = Agent(
    team: try ResourceName("blue"), name: try ResourceName("fixer"),
    spec: AgentSpec(runtime: .exec, command: command), revision: 1, createdAt: time, updatedAt: time)
  return RunnerConfiguration(
    session: .make(at: time), generation: 1, agent: agent,
    listener: .unixSocket(path: socket ?? folder.path + "/socket"), token: "s3cret", journal: folder.path + "/journal",
    workingDirectory: folder.path, stateDirectory: folder.path, environment: ["PATH": "/usr/bin:/bin"])
}

/// Waits for what must come, for as long as the slowest machine may need.
func eventually<Value>(_ what: String, _ body: () throws -> Value?) async throws -> Value {
  for _ in 0..<6000 {
    if let value = try body() { return value }
    try await Task.sleep(for: .milliseconds(10))
  }
  throw ControlFailure(.unavailable, "It did not come to pass: \(what).")
}
