import ControlModel
import Files
import Glibc
import LocalSandboxEngine
import ProcessIdentity

/// A part of the stack that runs beside the console, started by `paddock up`.
struct StackProcess {
  enum Kind: Sendable {
    case core
    /// Starts the others again.
    case supervisor

    var command: String { self == .core ? "core" : "supervise" }
    fileprivate var record: String { self == .core ? "core.json" : "supervisor.json" }
    fileprivate var log: String { self == .core ? "core.log" : "supervisor.log" }
    fileprivate var name: String { self == .core ? "core" : "supervisor" }
  }

  let kind: Kind
  let installation: Installation

  init(_ kind: Kind = .core, of installation: Installation) {
    self.kind = kind
    self.installation = installation
  }

  /// The one that is at work here: the one that has written itself down, if that very process is alive and what it should
  /// be; else the first that the kernel shows.
  var identity: ProcessIdentity? { (try? recorded()) ?? search.found.first }

  /// It wrote itself down, and is gone without having taken that back: nobody has asked it to end.
  var wasLost: Bool { access(record, F_OK) == 0 && identity == nil }

  var log: String { installation.dataDirectory + "/" + kind.log }
  private var record: String { installation.dataDirectory + "/" + kind.record }
  private var search: ProcessSearch { ProcessSearch(dataDirectory: installation.dataDirectory, kind: kind) }

  private func recorded() throws(ControlFailure) -> ProcessIdentity? {
    guard let bytes = try installation.contents(ofOwnFile: record),
      let json = try? JSONValue(parsing: bytes),
      let pid = json["pid"]?.integerValue, let start = json["startTime"]?.integerValue,
      let boot = json["bootID"]?.stringValue
    else { return nil }
    let identity = ProcessIdentity(pid: Int32(clamping: pid), startTime: UInt64(clamping: start), bootID: boot)
    return identity.isAlive && ProcessSearch.is(kind, identity.pid) ? identity : nil
  }

  /// Puts the record right where it was lost or damaged while its process goes on.
  func mendRecord() throws(ControlFailure) {
    if try recorded() == nil, let found = search.found.first { try write(found) }
  }

  /// Starts it detached from this terminal, its log in the data directory.
  func start() throws(ControlFailure) {
    let log: Int32
    do { log = try PlainFile.open(self.log, O_WRONLY | O_CREAT | O_APPEND) } catch {
      throw ControlFailure(.unavailable, "The \(kind.name)'s log \(self.log) cannot be opened: \(error).")
    }
    defer { close(log) }
    var command = [Installation.executable, kind.command, "--data-dir", installation.dataDirectory]
    // Not on the command line: it may hold a password.
    var environment = Installation.environment
    environment["PADDOCK_DATABASE_URL"] = installation.databaseURL
    if kind == .core, let runner = Installation.variable("PADDOCK_RUNNER") { command += ["--runner", runner] }
    let pid = try Spawn(command: command, environment: environment, output: log, inOwnSession: true).start()
    // Before it can do so itself, so that nobody starts another one meanwhile.
    if let identity = ProcessIdentity(of: pid) { try write(identity) }
  }

  /// Written by the process itself, whole or not at all. A core that waits behind another leaves that one's record alone:
  /// `down` is to end the one that is at work.
  func writeRecord() throws(ControlFailure) {
    guard self.identity == nil, let identity = ProcessIdentity(of: getpid()) else { return }
    try write(identity)
  }

  private func write(_ identity: ProcessIdentity) throws(ControlFailure) {
    let json: JSONValue = [
      "pid": JSONValue(identity.pid), "startTime": JSONValue(identity.startTime), "bootID": .string(identity.bootID),
    ]
    try TextFile.write(json.text + "\n", to: record)
  }

  /// What ends because it was asked to is not to be started again.
  func removeRecord() {
    if let own = ProcessIdentity(of: getpid()), let recorded = try? recorded(), recorded != own { return }
    unlink(record)
  }

  /// Asks it to end and waits until it is gone; after more time than a core gives its steps in flight, it is killed. One of
  /// this directory that nobody has written down ends likewise: it would start again what is stopped here.
  func stop() async throws {
    let recorded = try self.recorded()
    for process in (recorded.map { [$0] } ?? []) + search.found.filter({ $0 != recorded }) { try await stop(process) }
    unlink(record)
  }

  private func stop(_ process: ProcessIdentity) async throws {
    if try await process.end(by: SIGTERM, within: .seconds(20), kind.name) { return }
    if try await process.end(by: SIGKILL, within: .seconds(10), kind.name) { return }
    throw ControlFailure(.unavailable, "The \(kind.name) (process \(process.pid)) does not end, not even by SIGKILL.")
  }
}

extension ProcessIdentity {
  fileprivate func end(by signal: Int32, within time: Duration, _ name: String) async throws -> Bool {
    let deadline = ContinuousClock.now + time
    if isAlive, kill(pid, signal) != 0, errno == EPERM {
      throw ControlFailure(
        .permissionDenied, "The \(name) (process \(pid)) belongs to another user, and you may not end it.")
    }
    while isAlive {
      guard ContinuousClock.now < deadline else { return false }
      try await Task.sleep(for: .milliseconds(50))
    }
    return true
  }
}
