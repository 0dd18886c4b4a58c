import ControlModel
import Glibc
import RunnerProtocol
import Testing

/// The real, static program in a process of its own. It is found by the environment's PADDOCK_RUNNER, or in the build
/// directory beside the running tests.
final class RunnerProcess {
  let process: pid_t
  private var isReaped = false

  /// `launcher` comes before the program's path.
  convenience init(_ configuration: RunnerConfiguration, in folder: TemporaryFolder, launcher: [String] = []) throws {
    try folder.write(Array(JSONValue.object(configuration.json).text.utf8), to: "configuration.json")
    try self.init(launcher + [Self.program(), "--config", "\(folder.path)/configuration.json"])
  }

  /// Runs exactly this, with this environment.
  init(_ words: [String], environment: [String] = ["PATH=/usr/local/bin:/usr/bin:/bin"]) throws {
    var process: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { word in strdup(word) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    #expect(posix_spawnp(&process, words[0], nil, &attributes, &arguments, &variables) == 0)
    self.process = process
  }

  deinit {
    if !isReaped { _ = end(SIGKILL) }
  }

  /// Signals, and waits for the end; the exit code, or the negative signal.
  func end(_ signal: Int32) -> Int32 {
    kill(process, signal)
    return wait()
  }

  func wait() -> Int32 {
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

func makeConfiguration(
  _ folder: TemporaryFolder, _ command: [String], socket: String? = nil, journal: JournalBounds? = nil
) throws -> RunnerConfiguration {
  let time = Timestamp.now()
  let agent = Agent(
    team: try ResourceName("blue"), name: try ResourceName("fixer"),
    spec: AgentSpec(runtime: .exec, command: command, limits: .init(journal: journal)), revision: 1, createdAt: time,
    updatedAt: time)
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
