import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

/// A data directory of its own, open to no one else, and agents whose command is a shell script.
struct EngineFixture: ~Copyable {
  let directory: String
  let session = SessionID.make(at: .now())

  private let volume: SmallVolume?

  init() throws {
    volume = nil
    directory = "/tmp/paddock-engine-\(UInt64.random(in: 0...UInt64.max))"
    try #require(mkdir(directory, 0o700) == 0 && mkdir(data, 0o700) == 0)
    try replaceFile(LocalRoots.file(in: data), with: Array("localRoots: [\(directory)]\n".utf8))
  }

  deinit {
    if volume != nil { run(["/usr/bin/umount", "-l", data]) }
    run(["/bin/chmod", "-R", "u+rwX", directory])
    run(["/bin/rm", "-rf", directory])
  }

  var data: String { "\(directory)/data" }
  var paths: SessionPaths { SessionPaths(dataDirectory: data, session: session) }

  /// The data directory on a volume of its own.
  init(mebibytes: Int) throws { try self.init(Self.volume(mebibytes: mebibytes)) }

  private init(_ made: SmallVolume) throws {
    volume = made
    directory = directoryOf(made.place)
    try replaceFile(LocalRoots.file(in: data), with: Array("localRoots: [\(directory)]\n".utf8))
  }

  private static func volume(mebibytes: Int) throws -> SmallVolume {
    let place = "/tmp/paddock-engine-\(UInt64.random(in: 0...UInt64.max))"
    try #require(mkdir(place, 0o755) == 0)
    return try SmallVolume(at: "\(place)/data", mebibytes: mebibytes)
  }

  func engine() async throws -> LocalSandboxEngine {
    let engine = try LocalSandboxEngine(.init(dataDirectory: data, runner: Self.runner))
    await engine.adopt()
    return engine
  }

  /// The real runner, built beside the tests.
  static var runner: String {
    if let named = getenv("PADDOCK_RUNNER") { return String(cString: named) }
    return (linkTarget("/proc/self/exe").map(directoryOf) ?? ".") + "/paddock-runner"
  }

  func agent(_ script: String, team: String = "engineering", edit: (inout AgentSpec) -> Void = { _ in }) throws -> Agent
  {
    var spec = AgentSpec(runtime: .exec, command: ["/bin/sh", "-c", script])
    edit(&spec)
    return Agent(
      team: try ResourceName(team), name: try ResourceName("worker"), spec: spec, revision: 1, createdAt: .now(),
      updatedAt: .now())
  }

  func request(
    _ script: String = "touch here; exec sleep 1000", generation: Int = 1, team: String = "engineering",
    edit: (inout AgentSpec) -> Void = { _ in }
  ) throws -> SandboxRequest {
    SandboxRequest(session: session, generation: generation, agent: try agent(script, team: team, edit: edit))
  }

  /// The content of a file in the agent's working directory, once it is there and whole: scripts rename it into place.
  func file(_ name: String, in directory: String = "work", of session: SessionID? = nil) async throws -> String {
    let path = SessionPaths(dataDirectory: data, session: session ?? self.session).volume + "/\(directory)/\(name)"
    try await eventually("\(path) appears") { exists(path) }
    return try #require(readText(path))
  }
}

/// Waits until the condition holds; a minute is longer than any of them takes on a busy machine.
func eventually(
  _ what: String, seconds: Double = 60, _ condition: () async throws -> Bool
) async throws {
  let end = Timestamp.now().advanced(bySeconds: seconds)
  while !(try await condition()) {
    try #require(Timestamp.now() < end, "It did not come to pass that \(what).")
    try await Task.sleep(for: .milliseconds(20))
  }
}

@discardableResult func run(_ command: [String]) -> Int32 {
  var arguments = command.map { strdup($0) } + [nil]
  defer { for argument in arguments { free(argument) } }
  var pid: pid_t = 0
  guard posix_spawn(&pid, command[0], nil, nil, &arguments, environ) == 0 else { return -1 }
  var status: Int32 = 0
  while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
  return status
}

extension LocalSandboxEngine {
  /// The session's sandbox once its runner was started.
  func ready(_ session: SessionID) async throws -> Sandbox {
    var found: Sandbox?
    try await eventually("the sandbox of \(session) is ready") {
      found = try await sandboxes().first { $0.session == session }
      if let failed = found?.condition("Finished") { Issue.record("\(failed.reason): \(failed.message)") }
      return found?.isReady ?? false
    }
    return try #require(found)
  }

  func finished(_ session: SessionID) async throws -> Sandbox {
    var found: Sandbox?
    try await eventually("the sandbox of \(session) is finished") {
      found = try await sandboxes().first { $0.session == session }
      return found?.isFinished ?? false
    }
    return try #require(found)
  }

  /// Leaves no process behind.
  func deleteAll() async throws {
    for sandbox in try await sandboxes() { try await delete(sandbox.reference) }
  }
}
